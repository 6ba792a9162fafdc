"""A simulated delay stage."""

from __future__ import annotations

import math
from typing import ClassVar

from pydantic import Field

from qdlab.instruments import DelayStage
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import Motion, StrictOptions, World


class SimulatedDelayStage(SimulatedInstrument, DelayStage):
    """A linear stage that moves at one speed and stops on the nearest step of its encoder."""

    class Options(StrictOptions):
        """Options of the simulated delay stage."""

        travel_low_mm: float = 0.0
        """Lower end of the travel, where the reference mark is."""
        travel_high_mm: float = 450.0
        """Upper end of the travel."""
        velocity_mm_s: float = Field(100.0, gt=0.0, le=10_000.0)
        """Speed of a move."""
        resolution_mm: float = Field(1e-4, gt=0.0, le=1.0)
        """Step of the encoder; what is asked is rounded to it."""
        ordered: ClassVar = (("travel_low_mm", "travel_high_mm"),)

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options

    @property
    def travel(self) -> Range:
        """Get the positions that may be asked for."""
        return Range(self._options.travel_low_mm, self._options.travel_high_mm, "mm")

    @property
    def velocity_mm_s(self) -> float:
        """Get the speed of a move."""
        return self._options.velocity_mm_s

    @property
    def position_mm(self) -> float:
        """Get the position, on the move too."""
        world = self._reach()
        return world.stage.position_mm(world.clock.now_s)

    @property
    def moving(self) -> bool:
        """Get whether a move is under way."""
        world = self._reach()
        return world.clock.now_s < world.stage.end_s

    def home(self) -> None:
        """Move to the reference mark and wait."""
        self.start_move(self._options.travel_low_mm)
        self.wait(timeout_s=math.inf)

    def start_move(self, position_mm: float) -> None:
        """Start towards the nearest step; a move under way is given up for the new one."""
        self._reach()
        self.travel.require(f"{self.name}: position", position_mm)
        step_mm = self._options.resolution_mm
        self._head_for(round(position_mm / step_mm) * step_mm)

    def wait(self, timeout_s: float) -> None:
        """Wait until it stands still."""
        self._wait(self._reach().stage.end_s, timeout_s, "move")

    def stop(self) -> None:
        """Stop where it is."""
        self._head_for(self.position_mm)

    def make_safe(self) -> None:
        """Stop where it is."""
        self.stop()

    def _head_for(self, target_mm: float) -> None:
        world = self._reach()
        world.stage = Motion(self.position_mm, target_mm, world.clock.now_s, self._options.velocity_mm_s)
