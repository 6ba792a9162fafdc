"""How long an excited ensemble amplifies (physics.md section 7), for many ensembles at once.

How a dot with so many excitons decays does not depend on how many dots there are of it: that is worked out
once, and every ensemble is a weighted sum of it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between
from qdlab.physics._counting import dot_absorption
from qdlab.physics._dopants import Dopants, dopant_shares
from qdlab.physics._poisson import poisson_shares
from qdlab.physics._relaxation import recombination_rates, relaxation

Floats = NDArray[np.float64]

PER_OCTAVE = 32
"""Delays per doubling at which the decay is known exactly; between them by cubics, to a part in 1e7."""

FIRST_SHARE, LAST_SHARE = 2.0**-12, 64.0
"""The first delay after zero in biexciton lifetimes, the last one in lifetimes of an exciton, at least."""


def decaying_absorption(
    delays_ps: ArrayLike,
    n_x: ArrayLike,
    n_1s: ArrayLike,
    *,
    tau_xx_ps: float = 310.0,
    tau_r_ps: float = 20_000.0,
    g_e: int = 2,
    g_h: int = 4,
    dopants: Dopants = "binomial",
) -> Floats:
    """Return A*/A0 [..., delay] of ensembles that were given `n_x` excitons per dot at time zero.

    `n_x` and `n_1s` broadcast. ValueError if n_1s is outside 0..g_e, n_x negative or a delay below 0.
    """
    excitons, electrons = np.broadcast_arrays(require_between("n_x", n_x, 0.0), n_1s)
    n_max = _most(excitons)
    n = np.arange(n_max + 1)
    decays = [
        relaxation(delays_ps, injected, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)
        @ dot_absorption(injected + n, n, g_e=g_e, g_h=g_h)
        for injected in range(g_e + 1)
    ]
    weights = _weights(excitons, dopant_shares(electrons, g_e, dopants), n_max)
    return np.asarray(weights @ np.concatenate(decays, axis=-1).T)


def gain_lifetime_ps(
    n_x: ArrayLike,
    n_1s: ArrayLike,
    *,
    tau_xx_ps: float = 310.0,
    tau_r_ps: float = 20_000.0,
    g_e: int = 2,
    g_h: int = 4,
    dopants: Dopants = "binomial",
) -> Floats:
    """Return the time until A* is back at zero: 0 without gain, infinite in a fully charged ensemble.

    `n_x` and `n_1s` broadcast; NaN stays NaN. ValueError if n_1s is outside 0..g_e or n_x negative.
    """
    excitons, electrons = np.broadcast_arrays(
        require_between("n_x", n_x, 0.0), require_between("n_1s", n_1s, 0.0, g_e)
    )
    n_max = _most(excitons)
    times_ps, decay, slope = _decay(n_max, tau_xx_ps, tau_r_ps, g_e, g_h)
    weights = _weights(excitons.ravel(), dopant_shares(electrons.ravel(), g_e, dopants), n_max)
    before = _last_with_gain(weights, decay)
    value, next_value = (_of_each(weights, decay[k]) for k in (before, before + 1))
    rise, next_rise = (_of_each(weights, slope[k]) for k in (before, before + 1))
    lifetimes_ps = _crossing(value, next_value, rise, next_rise, times_ps[before], times_ps[before + 1])
    lifetimes_ps[electrons.ravel() >= g_e] = np.inf
    lifetimes_ps[weights @ decay[0] >= 0.0] = 0.0
    lifetimes_ps[np.isnan(weights).any(axis=-1)] = np.nan
    return np.asarray(lifetimes_ps.reshape(excitons.shape))


def _most(n_x: Floats) -> int:
    """Return how many excitons are counted with: more has less than 1e-9 of the dots."""
    most = float(np.fmax.reduce(n_x, axis=None, initial=0.0))
    return math.ceil(most + 8.0 * math.sqrt(most) + 8.0)


def _weights(n_x: Floats, shares: Floats, n_max: int) -> Floats:
    """Return the share of dots [..., (injected, N)] with so many injected electrons and excitons."""
    weights = shares[..., :, np.newaxis] * poisson_shares(n_x, n_max)[..., np.newaxis, :]
    return np.asarray(weights.reshape(*weights.shape[:-2], -1))


def _decay(
    n_max: int, tau_xx_ps: float, tau_r_ps: float, g_e: int, g_h: int
) -> tuple[Floats, Floats, Floats]:
    """Return delays, and A*/A0 of a dot [delay, (injected, N)] with its change per ps.

    Zero, then PER_OCTAVE delays per doubling: twice a delay is the square of its step.
    """
    from scipy.linalg import expm

    n_octaves = math.ceil(math.log2(LAST_SHARE * max(tau_r_ps, tau_xx_ps) / (FIRST_SHARE * tau_xx_ps)))
    first_ps = FIRST_SHARE * tau_xx_ps * 2.0 ** (np.arange(PER_OCTAVE) / PER_OCTAVE)
    n, values, slopes = np.arange(n_max + 1), [], []
    for injected in range(g_e + 1):
        rates = recombination_rates(injected, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)
        generator = np.diag(-rates) + np.diag(rates[1:], k=-1)
        start = dot_absorption(injected + n, n, g_e=g_e, g_h=g_h)
        step, value = expm(first_ps[:, np.newaxis, np.newaxis] * generator), [start[np.newaxis]]
        for _ in range(n_octaves):
            value.append(step @ start)
            step = step @ step
        values.append(np.concatenate(value))
        slopes.append(values[-1] @ generator.T)
    times_ps = np.append(0.0, np.outer(2.0 ** np.arange(n_octaves), first_ps))
    return times_ps, np.concatenate(values, axis=-1), np.concatenate(slopes, axis=-1)


def _last_with_gain(weights: Floats, decay: Floats) -> NDArray[np.intp]:
    """Return each ensemble's last delay with A* below zero; it only rises, as excitons are only lost."""
    low, high = np.zeros(len(weights), dtype=np.intp), np.full(len(weights), len(decay) - 1)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        gain = _of_each(weights, decay[middle]) < 0.0
        low, high = np.where(gain, middle, low), np.where(gain, high, middle)
    return low


def _of_each(weights: Floats, decay: Floats) -> Floats:
    return np.asarray(np.einsum("sk,sk->s", weights, decay))


def _crossing(
    value: Floats, next_value: Floats, slope: Floats, next_slope: Floats, start_ps: Floats, end_ps: Floats
) -> Floats:
    """Return where the cubics with these values and slopes at both ends rise through zero."""
    width = end_ps - start_ps
    low, high = np.zeros_like(width), np.ones_like(width)
    for _ in range(50):
        u = (low + high) / 2.0
        v = 1.0 - u
        hermite = (1.0 + 2.0 * u) * v**2 * value + (3.0 - 2.0 * u) * u**2 * next_value
        below = hermite + width * u * v * (v * slope - u * next_slope) < 0.0
        low, high = np.where(below, u, low), np.where(below, high, u)
    return np.asarray(start_ps + width * (low + high) / 2.0)
