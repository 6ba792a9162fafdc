"""Shots -> dA over a whole stream, cell by cell: all delays at one potential and fluence, each by itself.

A cell needs a single point in memory at a time and nothing of its neighbours, so that cells can be reduced
side by side: in threads, as here, or on other computers, by whoever hands in another EachCell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.analysis._choices import Choices
from qdlab.analysis._windows import Floats, band_weights, bin_centres_nm, bin_weights, inside
from qdlab.analysis.shots._camera import Camera
from qdlab.analysis.shots._pair_windows import Pixels, Windows
from qdlab.analysis.shots._shots import PairedShots, pairs_to_da

QUANTITIES = {
    "da": "dA",
    "da_error": "standard error of dA",
    "band": "dA averaged over the 1S band",
    "band_error": "standard error of the band average",
    "bins": "dA averaged over the bins of a single wavelength",
    "bins_error": "standard error of the bin averages",
    "n_pairs": "pairs of shots used",
    "n_rejected": "shots rejected",
}

BATCH_BYTES = 4_000_000
"""Points are read together up to so many bytes: to read a small one costs more than its bytes."""

Arrays = dict[str, NDArray[Any]]
"""The quantities of a cell, over its delays."""


@dataclass(frozen=True)
class Cell:
    """One cell of a stream and the camera at its dark level; plain data that can be sent elsewhere."""

    index: tuple[int, ...]
    camera: Camera

    def reduce(self, points: xr.Dataset) -> Arrays:
        """Return the quantities of the cell of this stream, NaN where a point is not done."""
        inside_cell = dict(zip(points["done"].dims, self.index, strict=False))
        cell = points.isel(inside_cell)
        done, pump_on, sequence = (cell[name].to_numpy() for name in ("done", "pump_on", "sequence"))
        values = _unknown(done.shape, cell.sizes["wavelength_nm"], self.camera.windows.n - 1)
        shots = cell["shots"].variable
        for outer, few in _batches(done, BATCH_BYTES * done.size // max(shots.nbytes, 1)):
            for k, read_outs in enumerate(shots[(*outer, few)].to_numpy(), start=few.start):
                place = (*outer, k)
                _put(values, place, pairs_to_da(read_outs, pump_on[place], sequence[place], self.camera))
        return values


EachCell = Callable[[xr.Dataset, Sequence[Cell]], Iterable[Arrays]]
"""Reduces every cell of a stream, and gives what came out in the same order."""


def in_threads(points: xr.Dataset, cells: Sequence[Cell]) -> Iterable[Arrays]:
    """Reduce cells side by side on this computer: numpy and HDF5 let other threads work meanwhile."""
    if len(cells) == 1:
        yield cells[0].reduce(points)
        return
    with ThreadPoolExecutor(_n_processors(), "qdlab-cell") as pool:
        yield from pool.map(lambda cell: cell.reduce(points), cells)


def reduce_shots(
    points: xr.Dataset,
    dark: Floats,
    choices: Choices,
    saturation: float,
    *,
    common_noise: bool = True,
    each_cell: EachCell = in_threads,
) -> xr.Dataset:
    """Return dA of every finished point of a stream of shots, NaN where there is none.

    `dark` is [px] or [first axis, px]. Noise common to all pixels is removed unless `common_noise` is False.
    The result does not depend on how `each_cell` goes about it.
    """
    nm = points["wavelength_nm"].to_numpy()
    windows = Windows.of(band_weights(nm, choices.band_nm), bin_weights(nm, choices))
    quiet = inside(nm, choices.quiet_nm) if common_noise else None
    result = without_values(points, choices)
    cells = [
        Cell(index, Camera(level, quiet, windows, saturation))
        for index, level in _cells(points["done"].shape, dark.astype(np.float32))
    ]
    for cell, values in zip(cells, each_cell(points, cells), strict=True):
        for name in QUANTITIES:
            result[name].to_numpy()[cell.index] = values[name]
    return result


def _cells(shape: tuple[int, ...], dark: Pixels) -> Iterable[tuple[tuple[int, ...], Pixels]]:
    """Yield the cells of a stream and their dark level: by its first two axes, or by none if not more."""
    for index in np.ndindex(*shape[:2] if len(shape) > 2 else ()):
        yield index, dark[index[0]] if dark.ndim > 1 else dark


def _batches(done: NDArray[np.bool_], n_most: int) -> Iterable[tuple[tuple[int, ...], slice]]:
    """Yield done neighbours along the last axis, at most so many at a time: where, from which to which."""
    for outer in np.ndindex(*done.shape[:-1]):
        there = np.flatnonzero(done[outer])
        for run in np.split(there, np.flatnonzero(np.diff(there) != 1) + 1):
            for start in range(0, len(run), max(n_most, 1)):
                few = run[start : start + max(n_most, 1)]
                yield outer, slice(int(few[0]), int(few[-1]) + 1)


def _n_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def without_values(points: xr.Dataset, choices: Choices) -> xr.Dataset:
    """Return the quantities of every point of a stream, all of them still NaN."""
    outer, centres = points["done"].dims, bin_centres_nm(choices)
    inner = {
        "da": ("wavelength_nm",),
        "da_error": ("wavelength_nm",),
        "bins": ("bin_nm",),
        "bins_error": ("bin_nm",),
    }
    values = _unknown(points["done"].shape, points.sizes["wavelength_nm"], centres.size)
    dataset = xr.Dataset(
        {name: ((*outer, *inner.get(name, ())), value) for name, value in values.items()},
        {**{dim: points[dim] for dim in (*outer, "wavelength_nm")}, "bin_nm": centres},
    )
    for name, meaning in QUANTITIES.items():
        dataset[name].attrs = {"long_name": meaning, "units": ""}
    return dataset


def _unknown(shape: tuple[int, ...], n_px: int, n_bins: int) -> Arrays:
    """Return the quantities of points of this shape: NaN, of no pairs."""
    inner = {"da": (n_px,), "da_error": (n_px,), "bins": (n_bins,), "bins_error": (n_bins,)}
    values: Arrays = {name: np.full((*shape, *inner.get(name, ())), np.nan) for name in QUANTITIES}
    return values | {name: np.zeros(shape, dtype=np.int64) for name in ("n_pairs", "n_rejected")}


def _put(values: Arrays, place: tuple[int, ...], point: PairedShots) -> None:
    for name, value in (
        ("da", point.delta_a),
        ("da_error", point.error),
        ("band", point.band),
        ("band_error", point.band_error),
        ("bins", point.bins),
        ("bins_error", point.bins_error),
        ("n_pairs", point.n_pairs),
        ("n_rejected", point.n_rejected),
    ):
        values[name][place] = value
