"""A simulated attenuator in the pump beam."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from qdlab.instruments import Attenuator
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


class SimulatedAttenuator(SimulatedInstrument, Attenuator):
    """A motorised attenuator with a calibration and a finite step."""

    class Options(StrictOptions):
        """Options of the simulated attenuator; transmissions have no unit."""

        transmission_low: float = Field(0.001, gt=0.0, le=1.0)
        """Lowest transmission."""
        transmission_high: float = Field(1.0, gt=0.0, le=1.0)
        """Highest transmission."""
        transmission_step: float = Field(1e-5, gt=0.0, le=0.1)
        """Smallest step; what is asked is rounded to it."""
        settle_s: float = Field(0.2, ge=0.0, le=60.0)
        """Time to reach a new transmission."""
        ordered: ClassVar = (("transmission_low", "transmission_high"),)

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def transmission_range(self) -> Range:
        """Get the transmissions that can be set."""
        return Range(self._options.transmission_low, self._options.transmission_high, "")

    @property
    def transmission(self) -> float:
        """Get the transmission that was reached."""
        return self._reach().transmission

    def set_transmission(self, transmission: float) -> None:
        """Turn to the nearest step and wait."""
        world, step = self._reach(), self._options.transmission_step
        self.transmission_range.require(f"{self.name}: transmission", transmission)
        world.clock.sleep(self._options.settle_s)
        world.transmission = round(transmission / step) * step

    def make_safe(self) -> None:
        """Let the least light through; the light is down before the motor stands, so nobody waits for it."""
        self._reach().transmission = self._options.transmission_low
