"""How a potential fills the 1S electron level (physics.md sections 3 and 6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

BOLTZMANN_V_K = 8.617333262e-5
"""k/e."""


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


def charging_shares(
    potential_v: ArrayLike, v_first_v: float, u_kt: float, thermal_v: float
) -> NDArray[np.float64]:
    """Return the shares [..., 3] of dots with 0, 1 and 2 electrons that repel each other with U = `u_kt` kT.

    Weights 1 : 2x : x^2 exp(-U/kT) with x = exp(-e(V - V_first)/kT); `thermal_v` is kT/e. U = 0 is a Fermi
    step of width kT/e about V_first. ValueError if kT/e is not above 0.
    """
    from scipy.special import softmax

    if thermal_v <= 0.0:
        raise ValueError(f"thermal voltage: {thermal_v:g} V is not above 0 V")
    log_x = (v_first_v - np.asarray(potential_v, dtype=np.float64)) / thermal_v
    logs = np.stack([np.zeros_like(log_x), np.log(2.0) + log_x, 2.0 * log_x - u_kt], axis=-1)
    return np.asarray(softmax(logs, axis=-1))
