"""Camera read-outs -> dA: adjacent shots with and without the pump form pairs (physics.md section 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._windows import Floats
from qdlab.analysis.shots._camera import Camera
from qdlab.analysis.shots._pair_blocks import average_pairs
from qdlab.analysis.shots._pair_windows import Pixels

DIM_SHARE = 0.5
"""A shot with less than this share of the median light is a pulse that was not there."""


@dataclass(frozen=True)
class PairedShots:
    """dA of one point: per pixel, averaged over the band and over each bin, with standard errors.

    `n_rejected` counts the shots that could not be paired or were not fit to be.
    """

    delta_a: Floats
    error: Floats
    band: float
    band_error: float
    bins: Floats
    bins_error: Floats
    n_pairs: int
    n_rejected: int


def pairs_to_da(
    shots: NDArray[np.uint16],
    pump_on: NDArray[np.bool_],
    sequence: NDArray[np.integer],
    camera: Camera,
    *,
    reference: Pixels | None = None,
) -> PairedShots:
    """Return dA = log10(I_off/I_on) over the pairs of one point; a bleach is negative.

    (The paper's Methods print log10(I_on/I_off); every figure of it uses the sign given here.)

    `shots` [shot, px] in counts. Each pair's mean over the camera's quiet pixels is pulse noise common to all
    pixels and is taken off. `reference` [shot] is light of each pulse that did not pass the sample, without
    its dark level: what it shows of a pair is taken off as well, and shots without it are rejected. The
    errors of band and bins are the scatter of the pairs' averages, because pixels are correlated.
    """
    good = _usable(shots, camera)
    if reference is not None:
        good &= reference > 0.0
    on, off = pair_up(pump_on, sequence, good)
    n_rejected = len(shots) - 2 * len(on)
    if not len(on):
        nothing, no_bins = np.full(shots.shape[1], np.nan), np.full(camera.windows.n - 1, np.nan)
        return PairedShots(nothing, nothing, np.nan, np.nan, no_bins, no_bins, 0, n_rejected)
    known = None if reference is None else np.log10(reference[off] / reference[on], dtype=np.float32)
    pairs = average_pairs(shots, on, off, camera, _lit(shots, on, off, camera.dark), known)
    mean, scatter = mean_and_error(pairs.in_windows)
    return PairedShots(
        pairs.mean, pairs.error, float(mean[0]), float(scatter[0]), mean[1:], scatter[1:], len(on), n_rejected
    )


def pair_up(
    pump_on: NDArray[np.bool_], sequence: NDArray[np.integer], good: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of pumped and of unpumped shots, pair by pair.

    A pair is two good shots of consecutive laser pulses, one pumped and one not; a missing or wrongly tagged
    shot costs itself and at most one neighbour.
    """
    on = np.asarray(pump_on, dtype=bool)
    consecutive = sequence[1:] == sequence[:-1] + 1
    linked = consecutive & (on[1:] != on[:-1]) & good[1:] & good[:-1]  # each but the last, to the next
    if linked.all():
        first = np.arange(0, len(linked), 2)
    else:
        index = np.arange(len(linked))
        # Where the run of links begins that each link is in.
        begins = np.maximum.accumulate(np.where(linked, 0, index + 1))
        first = index[linked & ((index - begins) % 2 == 0)]
    on_first = on[first]
    return first + ~on_first, first + on_first


def mean_and_error(values: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Return mean and standard error over the first axis; the error of a single value is NaN."""
    n = len(values)
    mean = np.asarray(np.add.reduce(values, axis=0, dtype=np.float64) / n)
    if n < 2:
        return mean, np.full_like(mean, np.nan)
    return mean, np.asarray(values.std(axis=0, ddof=1, dtype=np.float64) / np.sqrt(n))


def _usable(shots: NDArray[np.uint16], camera: Camera) -> NDArray[np.bool_]:
    """Return which shots are neither saturated in a useful pixel nor dim."""
    brightness = camera.brightness(shots)
    good = brightness > DIM_SHARE * _median(brightness)
    if shots.max() >= camera.saturation_counts:
        saturated = camera.useful & (shots.max(axis=0) >= camera.saturation_counts)
        good &= shots[:, saturated].max(axis=1, initial=0) < camera.saturation_counts
    return np.asarray(good)


def _median(values: Pixels) -> np.float32:
    """Return the median, of an even number the larger of the middle two: numpy's takes long for a few."""
    middle = len(values) // 2
    return np.float32(np.partition(values, middle)[middle])


def _lit(
    shots: NDArray[np.uint16], on: NDArray[np.intp], off: NDArray[np.intp], dark: Pixels
) -> NDArray[np.bool_]:
    """Return which pixels are above their dark level in each of the used shots."""
    if shots.min() > dark.max():  # to find the least of all takes a third of finding each pixel's
        return np.ones_like(dark, dtype=bool)
    lit = shots.min(axis=0) > dark
    if len(on) + len(off) < len(shots) and not lit.all():
        lit = shots[np.concatenate([on, off])].min(axis=0) > dark
    return np.asarray(lit)
