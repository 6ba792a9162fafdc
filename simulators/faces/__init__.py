"""The faces of the virtual laboratory: one simulated instrument a file, each with its Options."""

from simulators.faces.attenuator import SimulatedAttenuator
from simulators.faces.by_hand import SimulatedHolderByHand, SimulatedSelectorByHand
from simulators.faces.chopper import SimulatedChopper
from simulators.faces.delay_stage import SimulatedDelayStage
from simulators.faces.potentiostat import SimulatedPotentiostat
from simulators.faces.power_meter import SimulatedPowerMeter
from simulators.faces.probe_selector import SimulatedProbeSelector
from simulators.faces.sample_holder import SimulatedSampleHolder
from simulators.faces.shutter import SimulatedShutter
from simulators.faces.spectrometer import SimulatedSpectrometer
from simulators.faces.ta_detector import SimulatedTADetector

__all__ = [
    "SimulatedAttenuator",
    "SimulatedChopper",
    "SimulatedDelayStage",
    "SimulatedHolderByHand",
    "SimulatedPotentiostat",
    "SimulatedPowerMeter",
    "SimulatedProbeSelector",
    "SimulatedSampleHolder",
    "SimulatedSelectorByHand",
    "SimulatedShutter",
    "SimulatedSpectrometer",
    "SimulatedTADetector",
]
