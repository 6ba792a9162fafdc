"""Values as colour numbers: zero in the middle, each sign on its own scale, a number for "not there"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MISSING, ZERO = 0, 128
"""Colour numbers: 0 is not measured, 1 to 127 below zero, 128 zero, 129 to 255 above."""

_ARM = 127
_LEAST = 1e-6
_EVERY = 4
"""Neighbouring pixels are much alike: a part of them tells the ends of a scale, and saves a frame's time."""
_N_ROWS = 24
_PALE = 12.0
_SIGMA_PER_STEP = 1.4826 / 2.0**0.5


def colour_numbers(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Return the colour number of each value; `low` < 0 and `high` > 0 are the ends of the scale."""
    scaled = values * np.float32(_ARM / high)
    if low != -high:
        np.copyto(scaled, values * np.float32(_ARM / -low), where=values < 0.0)
    np.clip(scaled, -_ARM, _ARM, out=scaled)
    scaled += np.float32(ZERO + 0.5)
    np.nan_to_num(scaled, copy=False, nan=MISSING)
    return scaled.astype(np.uint8)


def even_limits(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the same end for both signs: nearly the largest value, so that a stray pixel does not rule."""
    few = values[..., ::_EVERY]
    seen = np.abs(few[np.isfinite(few)])
    end = max(float(np.percentile(seen, 99.5)), _LEAST) if seen.size else 1.0
    return -end, end


def gain_limits(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return an end for each sign: a little gain beside much absorption keeps its own scale.

    What lies within a few standard deviations of the noise between neighbouring pixels stays pale, on either
    side: absorption never has a finer scale than gain.
    """
    few = values[..., ::_EVERY]
    seen = few[np.isfinite(few)]
    if not seen.size:
        return -1.0, 1.0
    low, high = np.percentile(seen, [0.2, 99.5])
    high = max(float(high), _LEAST)
    low = min(float(low), -0.02 * high, -_PALE * _noise(values), -_LEAST)
    return low, max(high, -low)


def _noise(values: NDArray[np.float32]) -> float:
    """Return the standard deviation of the noise, by the differences of neighbours along the last axis."""
    rows = np.atleast_2d(values)
    measured = rows[~np.isnan(rows[:, :: 8 * _EVERY]).all(axis=1)]
    steps = np.abs(np.diff(measured[-_N_ROWS:], axis=-1))
    steps = steps[np.isfinite(steps)]
    return float(np.median(steps)) * _SIGMA_PER_STEP if steps.size else 0.0
