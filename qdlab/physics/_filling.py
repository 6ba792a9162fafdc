"""How a potential fills the 1S electron level (physics.md section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def filling(
    potential_v: ArrayLike, v_half_v: ArrayLike, width_v: ArrayLike, g_e: int = 2
) -> NDArray[np.float64]:
    """Return the injected electrons per dot, g_e / (1 + exp((V - V_half)/w)); broadcasts.

    ValueError if the width (kT_eff/e, in V) is not above 0.
    """
    from scipy.special import expit

    width = np.asarray(width_v, dtype=np.float64)
    if np.any(width <= 0.0):
        raise ValueError(f"filling width: {np.min(width):g} V is not above 0 V")
    distance_v = np.asarray(v_half_v, dtype=np.float64) - np.asarray(potential_v, dtype=np.float64)
    return np.asarray(g_e * expit(distance_v / width))
