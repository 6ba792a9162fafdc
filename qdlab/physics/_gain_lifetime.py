"""How long an excited ensemble amplifies (physics.md section 7)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between
from qdlab.physics._counting import dot_absorption
from qdlab.physics._dopants import Dopants, dopant_shares
from qdlab.physics._poisson import poisson_shares
from qdlab.physics._relaxation import relaxation


def decaying_absorption(
    delays_ps: ArrayLike,
    n_x: float,
    n_1s: float,
    *,
    tau_xx_ps: float = 310.0,
    tau_r_ps: float = 20_000.0,
    g_e: int = 2,
    g_h: int = 4,
    dopants: Dopants = "binomial",
) -> NDArray[np.float64]:
    """Return A*/A0 [delay] of an ensemble that was given `n_x` excitons per dot at time zero."""
    n_max = math.ceil(n_x + 8.0 * math.sqrt(n_x) + 8.0)  # leaves out less than 1e-9 of the dots
    start, n = poisson_shares(n_x, n_max), np.arange(n_max + 1)
    total = np.zeros(np.size(delays_ps))
    for injected, share in enumerate(dopant_shares(n_1s, g_e, dopants)):
        chance = relaxation(delays_ps, injected, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)
        total += share * (start @ chance @ dot_absorption(injected + n, n, g_e=g_e, g_h=g_h))
    return total


def gain_lifetime_ps(
    n_x: ArrayLike,
    n_1s: ArrayLike,
    *,
    tau_xx_ps: float = 310.0,
    tau_r_ps: float = 20_000.0,
    g_e: int = 2,
    g_h: int = 4,
) -> NDArray[np.float64]:
    """Return the time until A* is back at zero: 0 without gain, infinite in a fully charged ensemble.

    `n_x` and `n_1s` broadcast. ValueError if n_1s is outside 0..g_e or n_x negative.
    """
    from scipy.optimize import brentq

    excitons, electrons = np.broadcast_arrays(
        require_between("n_x", n_x, 0.0), require_between("n_1s", n_1s, 0.0, g_e)
    )

    def lifetime_ps(n: float, c: float) -> float:
        def absorption(delay_ps: float) -> float:
            later = decaying_absorption(
                delay_ps, n, c, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps, g_e=g_e, g_h=g_h
            )
            return float(later[0])

        if absorption(0.0) >= 0.0:
            return 0.0
        if c >= g_e:
            return math.inf
        end_ps = tau_xx_ps
        while absorption(end_ps) < 0.0:
            end_ps *= 2.0
        return float(brentq(absorption, 0.0, end_ps, xtol=1e-3))

    lifetimes = [lifetime_ps(float(n), float(c)) for n, c in zip(excitons.flat, electrons.flat, strict=True)]
    return np.array(lifetimes).reshape(excitons.shape)
