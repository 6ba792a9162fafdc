"""Spectra of the charged film -> A0, dA_SEC, electrons per dot, filling, PL, reversibility."""

from qdlab.analysis.charging._charging import Charging, charged_film, reduce_charging
from qdlab.analysis.charging._cycles import follow, reversibility
from qdlab.analysis.charging._fermi import Fermi, FillingFit, Repelling, fit_fermi, fit_repelling
from qdlab.analysis.charging._lines import (
    Line,
    LineFit,
    electrons_covariance,
    fit_lines,
    injected_electrons,
    line_amplitudes,
)
from qdlab.analysis.charging._photoluminescence import relative_pl
from qdlab.analysis.charging._reference import ReferenceElectrode
from qdlab.analysis.charging._settling import reduce_settling
from qdlab.analysis.charging._steady_state import Spectrometer, charged, ground_state, levels

__all__ = [
    "Charging",
    "Fermi",
    "FillingFit",
    "Line",
    "LineFit",
    "ReferenceElectrode",
    "Repelling",
    "Spectrometer",
    "charged",
    "charged_film",
    "electrons_covariance",
    "fit_fermi",
    "fit_lines",
    "fit_repelling",
    "follow",
    "ground_state",
    "injected_electrons",
    "levels",
    "line_amplitudes",
    "reduce_charging",
    "reduce_settling",
    "relative_pl",
    "reversibility",
]
