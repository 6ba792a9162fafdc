"""Traces shifted onto a common delay axis, wavelength by wavelength."""

from __future__ import annotations

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
    hold = hold_share * np.abs(wanted)
    corrected = np.full((*da.shape[:-2], len(wanted), len(t0_ps)), np.nan)
    for px, t0 in enumerate(t0_ps):
        for known, asked in _sides(delays_ps, wanted, t0):
            if known.any() and asked.any():
                corrected[..., asked, px] = _interpolated(
                    da[..., known, px], delays_ps[known], wanted[asked] + t0, hold[asked]
                )
    return corrected


def _sides(delays_ps: Floats, wanted_ps: Floats, t0_ps: float) -> list[tuple[Mask, Mask]]:
    """Return which measured and which wanted delays belong together: all, or those before and those after."""
    before, wanted_before = delays_ps < t0_ps, wanted_ps < 0.0
    if before.any() and not before.all() and np.diff(delays_ps)[before.sum() - 1] <= DENSE_PS:
        return [(np.ones_like(before), np.ones_like(wanted_before))]
    return [(before, wanted_before), (~before, ~wanted_before)]


def _interpolated(trace: Floats, known_ps: Floats, asked_ps: Floats, hold_ps: Floats) -> Floats:
    """Interpolate linearly along the last axis, holding the ends for at most `hold_ps`."""
    clipped = np.clip(asked_ps, known_ps[0], known_ps[-1])
    left = np.clip(np.searchsorted(known_ps, clipped, side="right") - 1, 0, max(len(known_ps) - 2, 0))
    right = np.minimum(left + 1, len(known_ps) - 1)
    gap = known_ps[right] - known_ps[left]
    share = np.where(gap > 0.0, (clipped - known_ps[left]) / np.where(gap > 0.0, gap, 1.0), 0.0)
    before, after = trace[..., left], trace[..., right]
    value = np.where(share == 0.0, before, np.where(share == 1.0, after, before + share * (after - before)))
    return np.where(np.abs(asked_ps - clipped) <= hold_ps, value, np.nan)
