"""The experiments, as PyMeasure procedures: parameters declared once, a plan built from them."""

from procedures._experiment import Experiment, Group, Streams
from procedures._parameters import DelayListParameter, FloatListParameter, TextParameter, WindowParameter
from procedures._sample import OnSample
from procedures._spectra import SteadySpectra
from procedures.gain_threshold_map import GainThresholdMap
from procedures.pump_calibration import PumpCalibration

__all__ = [
    "DelayListParameter",
    "Experiment",
    "FloatListParameter",
    "GainThresholdMap",
    "Group",
    "OnSample",
    "PumpCalibration",
    "SteadySpectra",
    "Streams",
    "TextParameter",
    "WindowParameter",
]
