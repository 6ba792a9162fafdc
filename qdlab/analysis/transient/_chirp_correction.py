"""Traces shifted onto a common delay axis, wavelength by wavelength."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._windows import Floats

Mask = NDArray[np.bool_]


DENSE_PS = 0.3
"""Points closer than this follow the rise at time zero."""


def correct_chirp(
    da: Floats, delays_ps: Floats, t0_ps: Floats, hold_share: float, wanted_ps: Floats | None = None
) -> Floats:
    """Return dA [..., delay, px] at `wanted_ps` after each pixel's time zero; by default the measured delays.

    `delays_ps` rises strictly; `t0_ps` [px]. Each trace is interpolated at delay + t0; where the points are
    sparse, before and after time zero separately, because nothing is known of the rise between them. Beyond
    the outermost point its value is held if that is at most `hold_share` of the delay away (a decay on a
    logarithmic axis does not change over that); further out it is NaN, and NaN is never interpolated over.
    """
    wanted = delays_ps if wanted_ps is None else wanted_ps
    corrected = np.full((*da.shape[:-2], len(wanted), len(t0_ps)), np.nan)
    for px, asked, way in _ways(delays_ps, wanted, t0_ps, hold_share):
        corrected[..., asked, px] = way.value(da[..., px])
    return corrected


def corrected_error(
    da: Floats,
    error: Floats,
    delays_ps: Floats,
    t0_ps: Floats,
    t0_error_ps: Floats,
    hold_share: float,
    wanted_ps: Floats | None = None,
) -> Floats:
    """Return the standard error of what correct_chirp gives.

    Of the two points it lies between, as independent ones, and of time zero by the slope there.
    """
    wanted = delays_ps if wanted_ps is None else wanted_ps
    corrected = np.full((*da.shape[:-2], len(wanted), len(t0_ps)), np.nan)
    for px, asked, way in _ways(delays_ps, wanted, t0_ps, hold_share):
        by_time = way.slope(da[..., px]) * t0_error_ps[px]
        corrected[..., asked, px] = np.hypot(way.spread(error[..., px]), by_time)
    return corrected


@dataclass(frozen=True)
class _Way:
    """How one trace is read off between its points `left` and `right`: `share` of the way; NaN where far."""

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    share: Floats
    gap_ps: Floats
    near: Mask

    def value(self, trace: Floats) -> Floats:
        """Return the value; a point that does not count may be NaN."""
        before, after = trace[..., self.left], trace[..., self.right]
        between = before + self.share * (after - before)
        value = np.where(self.share == 0.0, before, np.where(self.share == 1.0, after, between))
        return np.where(self.near, value, np.nan)

    def slope(self, trace: Floats) -> Floats:
        """Return the slope there, 0 where it is not known."""
        rise = trace[..., self.right] - trace[..., self.left]
        return np.nan_to_num(rise / np.where(self.gap_ps > 0.0, self.gap_ps, np.inf))

    def spread(self, error: Floats) -> Floats:
        """Return the error of the value of independent points."""
        before, after = (1.0 - self.share) * error[..., self.left], self.share * error[..., self.right]
        both = np.hypot(before, after)
        spread = np.where(self.share == 0.0, before, np.where(self.share == 1.0, after, both))
        return np.where(self.near, spread, np.nan)


def _ways(
    delays_ps: Floats, wanted_ps: Floats, t0_ps: Floats, hold_share: float
) -> Iterator[tuple[int, Mask, _Way]]:
    """Yield, for each pixel, wanted delays and how they are read off."""
    hold = hold_share * np.abs(wanted_ps)
    for px, t0 in enumerate(t0_ps):
        for known, asked in _sides(delays_ps, wanted_ps, t0):
            if known.any() and asked.any():
                yield px, asked, _way(np.flatnonzero(known), delays_ps, wanted_ps[asked] + t0, hold[asked])


def _sides(delays_ps: Floats, wanted_ps: Floats, t0_ps: float) -> list[tuple[Mask, Mask]]:
    """Return which measured and which wanted delays belong together: all, or those before and those after."""
    before, wanted_before = delays_ps < t0_ps, wanted_ps < 0.0
    if before.any() and not before.all() and np.diff(delays_ps)[before.sum() - 1] <= DENSE_PS:
        return [(np.ones_like(before), np.ones_like(wanted_before))]
    return [(before, wanted_before), (~before, ~wanted_before)]


def _way(known: NDArray[np.intp], delays_ps: Floats, asked_ps: Floats, hold_ps: Floats) -> _Way:
    """Read off linearly between the known points, holding the ends for at most `hold_ps`."""
    known_ps = delays_ps[known]
    clipped = np.clip(asked_ps, known_ps[0], known_ps[-1])
    left = np.clip(np.searchsorted(known_ps, clipped, side="right") - 1, 0, max(len(known) - 2, 0))
    right = np.minimum(left + 1, len(known) - 1)
    gap = known_ps[right] - known_ps[left]
    share = np.where(gap > 0.0, (clipped - known_ps[left]) / np.where(gap > 0.0, gap, 1.0), 0.0)
    return _Way(known[left], known[right], share, gap, np.abs(asked_ps - clipped) <= hold_ps)
