"""Bleach and level -> thresholds of band and wavelengths, gain coefficients, gain lifetimes."""

from qdlab.analysis.gain._crossings import Points, bootstrap
from qdlab.analysis.gain._film import Film, absorbance_of_gain, film_of, gain_of_absorbance
from qdlab.analysis.gain._gain_coefficient import by_excitation, gain_coefficients, saturation
from qdlab.analysis.gain._gain_lifetimes import LIFETIMES, find_gain_lifetimes, return_times_ps
from qdlab.analysis.gain._heuristic import fit_saturating, saturating_crossings
from qdlab.analysis.gain._near_zero import interval_near_zero
from qdlab.analysis.gain._threshold import (
    Crossing,
    Series,
    Threshold,
    bracket,
    find_crossing,
    fitted,
    heuristic_crossing,
    heuristic_curve,
)
from qdlab.analysis.gain._thresholds import absorption_maps, find_thresholds
from qdlab.analysis.gain._wavelength_thresholds import NUMBERS, find_wavelength_thresholds

__all__ = [
    "LIFETIMES",
    "NUMBERS",
    "Crossing",
    "Film",
    "Points",
    "Series",
    "Threshold",
    "absorbance_of_gain",
    "absorption_maps",
    "bootstrap",
    "bracket",
    "by_excitation",
    "film_of",
    "find_crossing",
    "find_gain_lifetimes",
    "find_thresholds",
    "find_wavelength_thresholds",
    "fit_saturating",
    "fitted",
    "gain_coefficients",
    "gain_of_absorbance",
    "heuristic_crossing",
    "heuristic_curve",
    "interval_near_zero",
    "return_times_ps",
    "saturating_crossings",
    "saturation",
]
