"""A simulated sample holder."""

from __future__ import annotations

from qdlab.instruments import SampleHolder
from qdlab.plan import SamplePosition
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


class SimulatedSampleHolder(SimulatedInstrument, SampleHolder):
    """A holder that exchanges film and bare substrate stack at once."""

    class Options(StrictOptions):
        """The simulated sample holder has no options."""

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def position(self) -> SamplePosition:
        """Get what is in the beam."""
        return self._reach().sample

    def select(self, position: SamplePosition) -> None:
        """Put it into the beam."""
        self._reach().sample = position

    def make_safe(self) -> None:
        """Leave it where it is."""
        self._reach()
