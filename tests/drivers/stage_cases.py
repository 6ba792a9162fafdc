"""What the tests of all delay stages on a line share: a contract on virtual time, and lines gone bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import strategies as st

from qdlab.clock import VirtualClock
from qdlab.errors import QdlabError
from qdlab.instruments import DelayStage, LineSettings, Surroundings, Transport
from qdlab.testing import DelayStageContract
from qdlab.testing.fuzz import spoiled
from simulators import World
from simulators.wires import SimulatedLine, Wire

WireTo = Callable[[type[Wire]], Surroundings]
"""Type of the fixture `wire_to`."""


class OnVirtualTime(DelayStageContract):
    """The contract of a delay stage, where an hour passes at once."""

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()


class SpoilingLine(SimulatedLine):
    """A line on which one answer, the `countdown`-th from now, arrives spoiled; `came` is what arrived."""

    countdown: int | None = None
    data: st.DataObject
    came: bytes | None = None

    def _receive(self, timeout_s: float) -> bytes:
        got = super()._receive(timeout_s)
        if not got or self.countdown is None:
            return got
        self.countdown -= 1
        if self.countdown >= 0:
            return got
        self.countdown = None
        self.came = self.data.draw(spoiled(got), label="spoiled answer")
        return self.came


class SpoiledLab:
    """A stage before a wire face of a new world, over lines that spoil one answer when told to."""

    def __init__(self, wire: Callable[[World], Wire]) -> None:
        self.clock = VirtualClock()
        self.world = World(World.Options(), self.clock)
        self.lines: list[SpoilingLine] = []
        self._wire = wire(self.world)

    @property
    def surroundings(self) -> Surroundings:
        def connect(resource: str, line: LineSettings) -> Transport:
            self.lines.append(SpoilingLine(resource, self._wire, self.clock))
            return self.lines[-1]

        return Surroundings(self.clock, connect)

    @contextmanager
    def spoil(self, data: st.DataObject, nth: int, within_s: float, *, on: int = 0) -> Iterator[SpoilingLine]:
        """Spoil the nth answer within, on one of the lines; only QdlabError may come of it, and soon."""
        line, start_s = self.lines[on], self.clock.now_s
        line.data, line.countdown = data, nth
        try:
            yield line
        except QdlabError:
            line.came = None
        finally:
            line.countdown = None
        assert self.clock.now_s - start_s <= within_s


def acts(stage: DelayStage, within_s: float) -> dict[str, Callable[[], object]]:
    """Return everything a stage does by asking."""
    return {
        "identify": stage.identify,
        "position_mm": lambda: stage.position_mm,
        "moving": lambda: stage.moving,
        "start_move": lambda: stage.start_move(7.25),
        "wait": lambda: stage.wait(within_s),
        "stop": stage.stop,
        "make_safe": stage.make_safe,
        "home": stage.home,
    }
