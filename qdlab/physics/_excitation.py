"""From pump photons to excitons per dot, through a film that absorbs the pump (physics.md section 4)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between


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
    fluence_cm2: ArrayLike, sigma_cm2: ArrayLike, s_max: ArrayLike, pump_absorbance: float = 0.0
) -> NDArray[np.float64]:
    """Return the bleach long after Auger recombination, when every excited dot holds one exciton.

    S_max times the mean over depth of 1 - exp(-sigma J(z)); J is the fluence inside the film's front.
    The closed form has two exponential integrals; Gauss-Legendre needs no special case at J = 0 or A = 0.
    """
    a = float(require_between("pump absorbance", pump_absorbance, 0.0)) * math.log(10.0)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    depth = (nodes + 1.0) / 2.0
    front = np.asarray(fluence_cm2, dtype=np.float64) * np.asarray(sigma_cm2, dtype=np.float64)
    excited = -np.expm1(-front[..., np.newaxis] * np.exp(-a * depth)) @ (weights / 2.0)
    return np.asarray(np.asarray(s_max, dtype=np.float64) * excited)
