"""Excitons after a pump pulse: how many dots hold how many, over the depth of the film and over time."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qdlab.physics import poisson_shares, relaxation

_DEPTH_SLICES = 8


def most_excitons(front_n_x: float) -> int:
    """Return a number of excitons that next to no dot exceeds where the mean is `front_n_x`."""
    return math.ceil(front_n_x + 5.0 * math.sqrt(front_n_x)) + 6


def excited_shares(front_n_x: float, pump_absorbance: float, n_max: int) -> NDArray[np.float64]:
    """Return the shares of dots with 0..n_max excitons just after the pulse, averaged over depth.

    The film absorbs the pump, so the mean falls from `front_n_x` at the front by 10^-pump_absorbance
    (Beer's law) in slices of equal thickness; within a slice it is Poisson.
    """
    depth = (np.arange(_DEPTH_SLICES) + 0.5) / _DEPTH_SLICES
    shares = poisson_shares(front_n_x * 10.0 ** (-pump_absorbance * depth), n_max).mean(axis=0)
    shares[-1] += 1.0 - shares.sum()
    return np.asarray(shares)


@lru_cache(maxsize=2048)
def decay(
    delay_ps: float, injected: int, n_max: int, tau_xx_ps: float, tau_r_ps: float
) -> NDArray[np.float64]:
    """Return the chance [N_start, N] that a dot came from N_start to N excitons within the delay.

    A run visits the same delays again and again, so each is worked out once.
    """
    return np.asarray(relaxation(delay_ps, injected, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)[0])
