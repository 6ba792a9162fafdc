"""Photoluminescence quantum yield against a reference dye (physics.md section 8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between

RHODAMINE_101_PLQY = 0.95
"""Rhodamine 101 in ethanol."""

HEXANE_INDEX, ETHANOL_INDEX = 1.377, 1.3630
"""Refractive indices at 530 nm."""


def plqy(
    emission: ArrayLike,
    absorbance: ArrayLike,
    emission_reference: ArrayLike,
    absorbance_reference: ArrayLike,
    *,
    index: float = HEXANE_INDEX,
    index_reference: float = ETHANOL_INDEX,
    plqy_reference: float = RHODAMINE_101_PLQY,
) -> NDArray[np.float64]:
    """Return the quantum yield of a sample, PLQY_ref (I/I_ref)(f_ref/f)(n/n_ref)^2 with f = 1 - 10^-OD.

    `emission` is the integrated PL, `absorbance` the optical density at the excitation wavelength.
    """
    absorbed = _absorbed(absorbance)
    absorbed_reference = _absorbed(absorbance_reference)
    ratio = np.asarray(emission, dtype=np.float64) / np.asarray(emission_reference, dtype=np.float64)
    return np.asarray(plqy_reference * ratio * absorbed_reference / absorbed * (index / index_reference) ** 2)


def _absorbed(absorbance: ArrayLike) -> NDArray[np.float64]:
    optical_density = require_between("absorbance", absorbance, 0.0)
    if np.any(optical_density == 0.0):
        raise ValueError("absorbance: 0 absorbs no light, so there is no quantum yield")
    return np.asarray(-np.expm1(-optical_density * np.log(10.0)))
