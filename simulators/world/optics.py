"""The light: spectra of lamp and probe, the probe's chirp, and how pump and probe overlap in time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from simulators.world.options import ProbeOptions

CHIRP_CENTRE_NM, CHIRP_SPAN_NM = 590.0, 110.0

Spectrum = NDArray[np.float64]


def white_light(wavelengths_nm: Spectrum) -> Spectrum:
    """Return the probe's spectrum, 1 at its maximum, 0.4 far away from it."""
    return np.asarray(0.4 + 0.6 * np.exp(-(((wavelengths_nm - 560.0) / 90.0) ** 2)))


def lamp_light(wavelengths_nm: Spectrum) -> Spectrum:
    """Return the fibre lamp's spectrum, 1 at its maximum: a halogen lamp seen by a silicon sensor."""
    return np.asarray(0.05 + 0.95 * np.exp(-(((wavelengths_nm - 680.0) / 220.0) ** 2)))


def chirp_ps(wavelengths_nm: Spectrum, options: ProbeOptions) -> Spectrum:
    """Return t0(lambda), the nominal delay at which pump and probe meet, a parabola in wavelength."""
    u = (wavelengths_nm - CHIRP_CENTRE_NM) / CHIRP_SPAN_NM
    offset, linear, quadratic = options.chirp_offset_ps, options.chirp_linear_ps, options.chirp_quadratic_ps
    return np.asarray(offset + linear * u + quadratic * u**2)


def rise(time_ps: Spectrum, rise_ps: float, irf_ps: float) -> Spectrum:
    """Return 1 - exp(-t/rise) after time zero, smeared by a Gaussian response; 0 before, 1 long after."""
    exponent = 0.5 * (irf_ps / rise_ps) ** 2 - time_ps / rise_ps
    tail = np.exp(exponent + log_ndtr(time_ps / irf_ps - irf_ps / rise_ps))
    return np.asarray(ndtr(time_ps / irf_ps) - tail)


def artefact(time_ps: Spectrum, irf_ps: float) -> Spectrum:
    """Return the coherent artefact: a derivative of a Gaussian, 0 at time zero, +-1 one width from it."""
    x = time_ps / irf_ps
    return np.asarray(x * np.exp(0.5 * (1.0 - x**2)))
