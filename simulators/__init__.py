"""The virtual laboratory: one physical world, and the simulated instruments through which it is reached."""

from simulators.faces import (
    SimulatedAttenuator,
    SimulatedChopper,
    SimulatedDelayStage,
    SimulatedHolderByHand,
    SimulatedPotentiostat,
    SimulatedPowerMeter,
    SimulatedProbeSelector,
    SimulatedSampleHolder,
    SimulatedSelectorByHand,
    SimulatedShutter,
    SimulatedSpectrometer,
    SimulatedTADetector,
)
from simulators.world import World

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
    "World",
]
