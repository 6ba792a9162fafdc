"""Intervals of a quantity that cannot be negative, where its error reaches down to zero.

Feldman and Cousins, Phys. Rev. D 57, 3873 (1998), for a Gaussian error: one rule gives both intervals and
upper limits, so that they hold the truth as often as they say, wherever it lies. Cutting an interval off at
zero, or turning to a limit when the data ask for it, does not.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from qdlab.analysis._windows import Floats

TRUTHS = np.geomspace(1e-3, 12.0, 4000)
"""True values, in standard errors, for which it is worked out what is measured."""


def interval_near_zero(measured: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Return the ends of the interval of this confidence; all in standard errors, `measured` of any sign.

    The lower end is 0 where the measurement cannot be told from zero.
    """
    lowest, highest = _accepted(confidence)
    x = np.asarray(measured, dtype=np.float64)
    return np.interp(x, highest, TRUTHS, left=0.0), np.interp(x, lowest, TRUTHS)


@cache
def _accepted(confidence: float) -> tuple[Floats, Floats]:
    """Return between what a true value (TRUTHS) is measured with this confidence.

    Those measurements come first that are likelier for it than for any other true value: both ends have the
    same ratio exp(-d^2/2) to the likeliest, d above the truth, and below zero further away than d.
    """
    from scipy.special import ndtr

    low, high = np.zeros_like(TRUTHS), np.full_like(TRUTHS, 10.0)
    for _ in range(60):
        d = (low + high) / 2.0
        enough = ndtr(d) - ndtr(-_below(d)) > confidence
        low, high = np.where(enough, low, d), np.where(enough, d, high)
    return TRUTHS - _below(d), TRUTHS + d


def _below(d: Floats) -> Floats:
    """Return how far below the truth the ratio is that of `d` above it."""
    return np.where(d <= TRUTHS, d, (TRUTHS**2 + d**2) / (2.0 * TRUTHS))
