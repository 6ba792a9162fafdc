"""A simulated shutter in one of the light paths."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qdlab.instruments import Shutter
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


class SimulatedShutter(SimulatedInstrument, Shutter):
    """A shutter that knows where its blade is."""

    class Options(StrictOptions):
        """Options of the simulated shutter."""

        beam: Literal["lamp", "excitation", "pump", "probe"]
        """The light path it stands in."""
        travel_s: float = Field(0.01, ge=0.0, le=10.0)
        """Time to open or close."""

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def is_open(self) -> bool:
        """Get whether light passes."""
        return self._reach().is_open(self._options.beam)

    def set_open(self, is_open: bool) -> None:
        """Move the blade and wait for it; nothing moves if it is there already."""
        world = self._reach()
        if world.is_open(self._options.beam) != is_open:
            world.clock.sleep(self._options.travel_s)
            world.set_open(self._options.beam, is_open)

    def make_safe(self) -> None:
        """Close."""
        self.set_open(False)
