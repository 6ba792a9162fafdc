"""The experiments, as PyMeasure procedures: parameters declared once, a plan built from them."""

from procedures._camera import Camera
from procedures._charging import HeldPotential, HeldPotentials
from procedures._checks import taken
from procedures._delays import Delays, RepeatedDelays, TimeZeroDelays
from procedures._experiment import Experiment, Group, Streams
from procedures._fluence import OneFluence, SeveralFluences
from procedures._parameters import DelayListParameter, FloatListParameter, TextParameter, WindowParameter
from procedures._pump_probe import PumpProbeMap
from procedures._sample import OnSample
from procedures._set_by import key_of
from procedures._spectra import SteadySpectra
from procedures._sweep import PotentialSweep
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
    "Camera",
    "ChargingSteps",
    "DelayListParameter",
    "Delays",
    "Experiment",
    "FloatListParameter",
    "FluenceSeries",
    "GainThresholdMap",
    "Group",
    "HeldPotential",
    "HeldPotentials",
    "HeliosFolderMap",
    "OnSample",
    "OneFluence",
    "PotentialSweep",
    "PumpCalibration",
    "PumpProbeMap",
    "RepeatedDelays",
    "SeveralFluences",
    "SolutionBenchmark",
    "SteadySpectra",
    "SteadyState",
    "Streams",
    "TextParameter",
    "TimeZero",
    "TimeZeroDelays",
    "TransientAbsorption",
    "TransientReflection",
    "Voltammetry",
    "WindowParameter",
    "key_of",
    "taken",
]
