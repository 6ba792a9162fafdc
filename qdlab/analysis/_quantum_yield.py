"""Quantum yield of photoluminescence beside a reference dye, with its error (physics.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats, band_weights, inside
from qdlab.physics import RHODAMINE_101_PLQY, plqy

END_SHARE = 0.05
"""Of the window, at each end: what the straight line under the emission goes through."""


@dataclass(frozen=True)
class Emitter:
    """A dilute solution: integrated emission, absorbance at the excitation, refractive index."""

    emission: float
    emission_error: float
    absorbance: float
    absorbance_error: float
    index: float


@dataclass(frozen=True)
class QuantumYield:
    """A quantum yield, its standard error, and the relative part of the error that comes from each source."""

    value: float
    error: float
    parts: Mapping[str, float]


def integrate_emission(
    wavelengths_nm: Floats, spectra: Floats, window_nm: tuple[float, float]
) -> tuple[float, float]:
    """Return the emission of spectra [spectrum, px], integrated over the window, and its standard error.

    A straight line through both ends of the window is taken off. The error is that of the mean of repeated
    spectra; of a single one, its noise from pixel to pixel. MissingDataError if the window is not covered.
    """
    low, high = window_nm
    weights = band_weights(wavelengths_nm, (low, high)) * (high - low)
    edge_nm = END_SHARE * (high - low)
    # The line's integral is the mean of both ends times the width.
    for end in ((low, low + edge_nm), (high - edge_nm, high)):
        weights = weights - band_weights(wavelengths_nm, end) * (high - low) / 2.0
    integrals = spectra @ weights
    if not np.isfinite(integrals).all():
        raise MissingDataError(f"no emission: a spectrum has gaps between {low:g} and {high:g} nm")
    if integrals.size > 1:
        return float(integrals.mean()), float(integrals.std(ddof=1) / np.sqrt(integrals.size))
    curvature = np.diff(spectra[0, inside(wavelengths_nm, (low, high))], n=2)
    noise = np.sqrt(np.mean(curvature**2) / 6.0) if curvature.size else np.nan
    return float(integrals[0]), float(noise * np.sqrt(np.sum(weights**2)))


def quantum_yield(
    sample: Emitter,
    reference: Emitter,
    plqy_reference: float = RHODAMINE_101_PLQY,
    plqy_reference_error: float = 0.0,
) -> QuantumYield:
    """Return the sample's quantum yield; both must be measured with the same light, slits and exposure.

    MissingDataError if one of them emits or absorbs nothing.
    """
    for name, one in (("sample", sample), ("reference", reference)):
        if one.emission <= 0.0 or one.absorbance <= 0.0:
            raise MissingDataError(f"no quantum yield: the {name} shows no emission or no absorbance")
    value = float(
        plqy(
            sample.emission,
            sample.absorbance,
            reference.emission,
            reference.absorbance,
            index=sample.index,
            index_reference=reference.index,
            plqy_reference=plqy_reference,
        )
    )
    parts = {
        "emission of the sample": sample.emission_error / sample.emission,
        "emission of the reference": reference.emission_error / reference.emission,
        "absorbance of the sample": _absorbed_error(sample),
        "absorbance of the reference": _absorbed_error(reference),
        "quantum yield of the reference": plqy_reference_error / plqy_reference,
    }
    return QuantumYield(value, value * float(np.linalg.norm(list(parts.values()))), parts)


def _absorbed_error(one: Emitter) -> float:
    """Return the relative error of f = 1 - 10^-A."""
    passed = 10.0**-one.absorbance
    return float(np.log(10.0) * passed * one.absorbance_error / (1.0 - passed))
