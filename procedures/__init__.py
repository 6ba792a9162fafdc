"""The experiments, as PyMeasure procedures: parameters declared once, a plan built from them."""

from procedures._checks import taken
from procedures._experiment import Experiment, Group, Streams
from procedures._parameters import DelayListParameter, FloatListParameter, TextParameter, WindowParameter
from procedures._sample import OnSample
from procedures._set_by import key_of
from procedures._spectra import SteadySpectra
from procedures.charging_steps import ChargingSteps
from procedures.fluence_series import FluenceSeries
from procedures.gain_threshold_map import GainThresholdMap
from procedures.helios_folder_map import HeliosFolderMap
from procedures.pump_calibration import PumpCalibration
from procedures.solution_benchmark import SolutionBenchmark
from procedures.steady_state import SteadyState
from procedures.time_zero import TimeZero
from procedures.transient_absorption import TransientAbsorption
from procedures.transient_reflection import TransientReflection
from procedures.voltammetry import Voltammetry

__all__ = [
    "ChargingSteps",
    "DelayListParameter",
    "Experiment",
    "FloatListParameter",
    "FluenceSeries",
    "GainThresholdMap",
    "Group",
    "HeliosFolderMap",
    "OnSample",
    "PumpCalibration",
    "SolutionBenchmark",
    "SteadySpectra",
    "SteadyState",
    "Streams",
    "TextParameter",
    "TimeZero",
    "TransientAbsorption",
    "TransientReflection",
    "Voltammetry",
    "WindowParameter",
    "key_of",
    "taken",
]
