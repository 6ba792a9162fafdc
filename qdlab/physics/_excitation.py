"""From pump photons to excitons per dot, through a film that absorbs the pump (physics.md section 4)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between
from qdlab.physics._poisson import poisson_shares
from qdlab.physics._relaxation import relaxation


def depth_factor(absorbance: ArrayLike) -> NDArray[np.float64]:
    """Return the mean pump over the film's depth relative to its front, (1 - 10^-A)/(A ln 10); 1 at A = 0."""
    a = require_between("pump absorbance", absorbance, 0.0) * math.log(10.0)
    return np.asarray(np.where(a > 0.0, -np.expm1(-a) / np.where(a > 0.0, a, 1.0), 1.0))


def excitons_per_dot(
    fluence_cm2: ArrayLike, sigma_cm2: ArrayLike, *, reflectance: float = 0.0, pump_absorbance: float = 0.0
) -> NDArray[np.float64]:
    """Return <N_X> = J sigma (1 - R) averaged over depth; J is the fluence that falls on the film's front."""
    front = np.asarray(fluence_cm2, dtype=np.float64) * np.asarray(sigma_cm2, dtype=np.float64)
    return np.asarray(front * (1.0 - reflectance) * depth_factor(pump_absorbance))


def late_bleach(
    fluence_cm2: ArrayLike,
    sigma_cm2: ArrayLike,
    s_max: ArrayLike,
    pump_absorbance: float = 0.0,
    survival: ArrayLike = (0.0, 1.0),
) -> NDArray[np.float64]:
    """Return the bleach long after Auger recombination, when every excited dot holds one exciton.

    S_max times the mean over depth of 1 - exp(-sigma J(z)); J is the fluence inside the film's front.
    The closed form has two exponential integrals; Gauss-Legendre needs no special case at J = 0 or A = 0.
    `survival` [N]: the late signal of a dot that began with 0, 1 .. N excitons (the last holds for all more).
    """
    a = float(require_between("pump absorbance", pump_absorbance, 0.0)) * math.log(10.0)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    front = np.asarray(fluence_cm2, dtype=np.float64) * np.asarray(sigma_cm2, dtype=np.float64)
    n_x = front[..., np.newaxis] * np.exp(-a * (nodes + 1.0) / 2.0)
    signal = np.asarray(survival, dtype=np.float64)
    short = signal[-1] - signal[1:-1]
    few = poisson_shares(n_x, len(signal) - 2)[..., 1:] @ short
    mean = (-np.expm1(-n_x) * signal[-1] - few) @ (weights / 2.0)
    return np.asarray(np.asarray(s_max, dtype=np.float64) * mean)


def late_survival(
    delays_ps: ArrayLike, n_max: int = 12, *, tau_xx_ps: float = 310.0, tau_r_ps: float = 20_000.0
) -> NDArray[np.float64]:
    """Return how much more often a neutral dot that began with N excitons still holds one, for `late_bleach`.

    Relative to a dot that began with one, [N], averaged over the delays. Auger recombination takes some
    hundred ps to reach the last exciton, which then had so much less time to radiate: 2 % after 2 ns,
    and as much in sigma if it is left out.
    """
    alive = 1.0 - relaxation(delays_ps, 0, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)[:, :, 0]
    return np.asarray(np.mean(alive / alive[:, 1:2], axis=0))
