"""Pump -> excitons per dot: fluence, cross section, biexciton lifetime, attenuator."""

from qdlab.analysis.excitation._biexciton import Biexciton, Decays, fit_biexciton
from qdlab.analysis.excitation._excitation import CrossSection, fit_cross_section
from qdlab.analysis.excitation._excitons import excitation_of, excitons_by
from qdlab.analysis.excitation._pump_calibration import PumpCalibration, reduce_pump_calibration

__all__ = [
    "Biexciton",
    "CrossSection",
    "Decays",
    "PumpCalibration",
    "excitation_of",
    "excitons_by",
    "fit_biexciton",
    "fit_cross_section",
    "reduce_pump_calibration",
]
