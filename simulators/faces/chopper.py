"""A simulated chopper in the pump beam."""

from __future__ import annotations

from pydantic import Field

from qdlab.instruments import Chopper, ReportsLock
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World
from simulators.world.world import CHOPPER_DIVISOR


class SimulatedChopper(SimulatedInstrument, Chopper, ReportsLock):
    """A blade that lets every other pulse through; at rest it stands open and lets all through."""

    class Options(StrictOptions):
        """Options of the simulated chopper."""

        spin_s: float = Field(1.0, ge=0.0, le=120.0)
        """Time to reach the speed, or to stand still."""

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def divisor(self) -> int:
        """Get the laser pulses per blade period."""
        self._reach()
        return CHOPPER_DIVISOR

    @property
    def running(self) -> bool:
        """Get whether the blade turns."""
        return self._reach().chopper_running

    @property
    def locked(self) -> bool:
        """Get whether the blade turns and its phase follows the laser."""
        return self._reach().chopper_locked

    def start(self) -> None:
        """Spin up and wait for the speed."""
        self._turn(True)

    def stop(self) -> None:
        """Let the blade run down."""
        self._turn(False)

    def make_safe(self) -> None:
        """Stop the blade."""
        self.stop()

    def _turn(self, running: bool) -> None:
        world = self._reach()
        if world.chopper_running != running:
            world.clock.sleep(self._options.spin_s)
            world.chopper_running = running
