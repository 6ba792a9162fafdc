"""Transition counting: absorption of one dot, of an ensemble, and the gain threshold (paper eq. 1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between
from qdlab.physics._dopants import Dopants, dopant_shares
from qdlab.physics._poisson import poisson_shares


def dot_absorption(n_e: ArrayLike, n_h: ArrayLike, *, g_e: int = 2, g_h: int = 4) -> NDArray[np.float64]:
    """Return A/A0 = 1 - min(n_e, g_e)/g_e - min(n_h, g_h)/g_h of a dot with n_e electrons and n_h holes."""
    electrons = np.minimum(np.asarray(n_e, dtype=np.float64), g_e)
    holes = np.minimum(np.asarray(n_h, dtype=np.float64), g_h)
    return np.asarray(1.0 - electrons / g_e - holes / g_h)


def ensemble_absorption(
    n_x: ArrayLike, n_1s: ArrayLike, *, g_e: int = 2, g_h: int = 4, dopants: Dopants = "binomial"
) -> NDArray[np.float64]:
    """Return A*/A0 of an ensemble with `n_x` excitons and `n_1s` injected electrons per dot on average.

    The two broadcast. Excitons are Poisson, electrons as `dopants` says (physics.md section 6).
    ValueError if n_1s is outside 0..g_e or n_x negative.
    """
    shares = dopant_shares(n_1s, g_e, dopants)
    electrons = [shares[..., c] * _vacancies(n_x, g_e - c) for c in range(g_e + 1)]
    return np.asarray(sum(electrons) / g_e + _vacancies(n_x, g_h) / g_h - 1.0)


def gain_threshold(
    n_1s: ArrayLike, *, g_e: int = 2, g_h: int = 4, dopants: Dopants = "binomial"
) -> NDArray[np.float64]:
    """Return the excitons per dot at which the ensemble absorption is zero; 0 where it is zero without light.

    ValueError if n_1s is outside 0..g_e. NaN stays NaN.
    """
    injected = require_between("n_1s", n_1s, 0.0, g_e)
    n_x = np.zeros_like(injected)
    # A* falls and is convex in n_x, so Newton's steps from zero approach the root from below.
    for _ in range(50):
        absorption = ensemble_absorption(n_x, injected, g_e=g_e, g_h=g_h, dopants=dopants)
        step = absorption / _slope(n_x, injected, g_e, g_h, dopants)
        n_x = np.maximum(n_x + step, 0.0)
        if not np.any(np.abs(step) > 1e-13):
            break
    return np.asarray(n_x)


def _vacancies(n_x: ArrayLike, g: int) -> NDArray[np.float64]:
    """Return the mean of max(g - N, 0) over a Poisson distributed N: a finite, exact sum."""
    return np.asarray(poisson_shares(n_x, g) @ np.arange(g, -1.0, -1.0))


def _slope(
    n_x: NDArray[np.float64], n_1s: NDArray[np.float64], g_e: int, g_h: int, dopants: Dopants
) -> NDArray[np.float64]:
    """Return -dA*/dn_x: the chance that one more exciton still finds a vacancy, electrons plus holes."""
    shares = dopant_shares(n_1s, g_e, dopants)
    below = np.cumsum(poisson_shares(n_x, max(g_e, g_h)), axis=-1)
    electrons = [shares[..., c] * below[..., g_e - c - 1] for c in range(g_e)]
    return np.asarray(sum(electrons) / g_e + below[..., g_h - 1] / g_h)
