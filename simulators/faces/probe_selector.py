"""A simulated probe selector."""

from __future__ import annotations

from qdlab.instruments import ProbeSelector
from qdlab.plan import ProbeBeam
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


class SimulatedProbeSelector(SimulatedInstrument, ProbeSelector):
    """A mirror that sends the other beam into the camera at once."""

    class Options(StrictOptions):
        """The simulated probe selector has no options."""

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def beam(self) -> ProbeBeam:
        """Get which light reaches the camera."""
        return self._reach().probe_beam

    def select(self, beam: ProbeBeam) -> None:
        """Send it into the camera."""
        self._reach().probe_beam = beam

    def make_safe(self) -> None:
        """Leave it where it is."""
        self._reach()
