"""The inner loop of shots -> dA: pairs in blocks small enough to stay in the processor's cache.

Every count passes through a dozen operations. Done on a whole point each of them would fetch megabytes from
memory and, worse, ask the system for fresh pages; done on a block they find it where they left it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._windows import Floats
from qdlab.analysis.shots._camera import Camera, share
from qdlab.analysis.shots._pair_windows import Pixels

BLOCK = 128
"""Pairs worked on at a time: with 1024 pixels 512 kB for either half."""

ROWS = 8
"""Rows of a block handled as one long row where a spectrum is taken off: numpy pays for every row."""

ANY_COUNTS = np.float32(-1e30)
"""A dark level beside which counts vanish: such a pixel has light 1e30, on and off, and dA exactly 0."""


@dataclass(frozen=True)
class PairAverages:
    """Mean and standard error per pixel, NaN where unlit, and each pair's averages [pair, window]."""

    mean: Floats
    error: Floats
    in_windows: Pixels


def average_pairs(
    shots: NDArray[np.uint16],
    on: NDArray[np.intp],
    off: NDArray[np.intp],
    camera: Camera,
    lit: NDArray[np.bool_],
    known: Pixels | None = None,
) -> PairAverages:
    """Return dA = log10(I_off/I_on) of pairs `on`, `off` of rows of `shots` [shot, px]; at least one.

    What the camera's quiet pixels have in common is taken off each pair, and `known` [pair] besides, before
    it is averaged over the windows.
    A pixel that is not `lit` counts as 0. float32 within a block, float64 over the blocks.
    """
    n, n_px = len(on), shots.shape[1]
    pumped, unpumped = _chosen(shots, on), _chosen(shots, off)
    block_on, block_off = np.empty((2, min(n, BLOCK), n_px), dtype=np.float32)
    rows = min(n, ROWS)
    level, common, windows = camera.dark, camera.common, camera.windows
    if not lit.all():
        level, windows = np.where(lit, level, ANY_COUNTS), windows.over(lit)
        common = None if camera.quiet is None else share(camera.quiet & lit)
    level = _in_a_row(level, rows)
    in_windows = np.full((n, windows.n), np.nan, dtype=np.float32)
    total, total_squares = np.zeros((2, n_px))
    for start in range(0, n, BLOCK):
        part = slice(start, min(start + BLOCK, n))
        pairs = _light(unpumped[part], level, block_off)
        pairs /= _light(pumped[part], level, block_on)
        np.log10(pairs, out=pairs)
        if known is not None:
            pairs -= known[part, np.newaxis]
        if common is not None:
            pairs -= (pairs @ common)[:, np.newaxis]
        windows.averages(pairs, in_windows[part])
        each = np.ones(len(pairs), dtype=np.float32)  # a product sums columns twice as fast as a sum does
        if start == 0:  # squares are summed about a mean nearly right: nothing is lost to cancellation
            origin = _in_a_row(each @ pairs / np.float32(len(pairs)), rows)
        _take_off(origin, pairs)
        total += each @ pairs
        total_squares += each @ np.square(pairs, out=pairs)
    mean = np.where(lit, origin[:n_px] + total / n, np.nan)
    return PairAverages(mean, _standard_error(total, total_squares, n, lit), in_windows)


def _chosen(shots: NDArray[np.uint16], rows: NDArray[np.intp]) -> NDArray[np.uint16]:
    """Return the rows; without copying where they are evenly spaced, as a chopper leaves them."""
    step = int(rows[1] - rows[0]) if len(rows) > 1 else 1
    if len(rows) == 1 or (rows[1:] - rows[:-1] == step).all():
        return shots[rows[0] : rows[-1] + 1 : step]
    return shots[rows]


def _light(counts: NDArray[np.uint16], level: Pixels, block: Pixels) -> Pixels:
    """Put counts less their dark level into the block; return the part of it they fill."""
    light = block[: len(counts)]
    light[:] = counts
    _take_off(level, light)
    return light


def _in_a_row(spectrum: Pixels, rows: int) -> Pixels:
    """Return a spectrum so many times in a row."""
    return np.concatenate([spectrum] * rows)


def _take_off(spectra: Pixels, block: Pixels) -> None:
    """Take a spectrum, given some times in a row, off every row."""
    n_px = block.shape[1]
    n = len(block) - len(block) % (spectra.size // n_px)
    long_rows = block[:n].reshape(-1, spectra.size)
    long_rows -= spectra
    if n < len(block):
        block[n:] -= spectra[:n_px]


def _standard_error(total: Floats, total_squares: Floats, n: int, lit: NDArray[np.bool_]) -> Floats:
    if n < 2:
        return np.full_like(total, np.nan)
    variance = np.maximum(total_squares - total**2 / n, 0.0) / (n - 1)
    return np.where(lit, np.sqrt(variance / n), np.nan)
