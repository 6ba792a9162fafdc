"""Steps of pump and probe: chopper, fluence, delay, and the shots themselves."""

from __future__ import annotations

from dataclasses import dataclass

from qdlab.plan._steps._base import Step
from qdlab.plan._streams import Slot


@dataclass(frozen=True)
class RunChopper(Step):
    """Start the chopper, or stop it."""

    uses = ("chopper",)
    running: bool

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "starting the chopper" if self.running else "stopping the chopper"


@dataclass(frozen=True)
class SetFluence(Step):
    """Set the attenuator so that this many photons per cm^2 and pulse reach the sample."""

    uses = ("attenuator",)
    fluence_cm2: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"fluence {self.fluence_cm2:.3g} photons/cm2"


@dataclass(frozen=True)
class ReadPower(Step):
    """Measure the pump power at the fluence that is set; the pump must be open and chopped."""

    uses = ("power_meter", "attenuator")
    slot: Slot
    n_readings: int

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "measuring the pump power"


@dataclass(frozen=True)
class MoveDelay(Step):
    """Move the delay stage to a pump-probe delay."""

    uses = ("delay_stage",)
    delay_ps: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"delay {self.delay_ps:g} ps"


@dataclass(frozen=True)
class ScanDelays(Step):
    """Have an instrument that scans its own delays do so, and take the map in."""

    uses = ("ta_scanner",)
    slot: Slot

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"scan of all delays for {self.slot.stream} {list(self.slot.index)}"


@dataclass(frozen=True)
class TakeShots(Step):
    """Take `n_shots` camera read-outs into a record of shots."""

    uses = ("ta_detector",)
    slot: Slot
    n_shots: int

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"{self.n_shots} shots for {self.slot.stream} {list(self.slot.index)}"
