"""What all simulated instruments share: a name, being open or not, and waiting."""

from __future__ import annotations

from qdlab.errors import InstrumentTimeoutError, NotConnectedError
from qdlab.instruments import Identity, Instrument
from simulators.world import World


class SimulatedInstrument(Instrument):
    """An instrument in front of the world; the world can be reached only while it is open."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self._world = world
        self._is_open = False

    def open(self) -> None:
        """Connect; opening what is open changes nothing."""
        if not self._is_open:
            self._is_open = True
            self.make_safe()

    def close(self) -> None:
        """Disconnect; the world stays as it is."""
        self._is_open = False

    def identify(self) -> Identity:
        """Say which simulator answers."""
        self._reach()
        return Identity("qdlab", type(self).__name__)

    def _reach(self) -> World:
        """Return the world; NotConnectedError if the instrument is not open."""
        if not self._is_open:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")
        return self._world

    def _wait(self, end_s: float, timeout_s: float, what: str) -> None:
        """Let the clock reach `end_s`; InstrumentTimeoutError if that takes longer than `timeout_s`."""
        clock = self._reach().clock
        left_s = end_s - clock.now_s
        clock.sleep(min(left_s, timeout_s))
        if left_s > timeout_s:
            raise InstrumentTimeoutError(f"{self.name}: {what} not finished after {timeout_s:g} s")
