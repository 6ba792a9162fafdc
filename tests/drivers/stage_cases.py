"""What the tests of all delay stages on a line share: a contract on virtual time, and lines gone bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import strategies as st

from qdlab.clock import VirtualClock
from qdlab.errors import InstrumentTimeoutError, QdlabError
from qdlab.instruments import DelayStage, LineSettings, Surroundings, Transport
from qdlab.testing import DelayStageContract
from qdlab.testing.fuzz import spoiled
from simulators import World
from simulators.wires import SimulatedLine, Wire
from simulators.world import Motion

WireTo = Callable[[type[Wire]], Surroundings]
"""Type of the fixture `wire_to`."""


class OnVirtualTime(DelayStageContract):
    """The contract of a delay stage at 100 mm/s, where an hour passes at once."""

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    def test_the_world_is_where_the_stage_says(self, opened: DelayStage, world: World) -> None:
        opened.start_move(123.4567)
        world.clock.sleep(0.5)
        assert opened.position_mm == pytest.approx(50.0)
        opened.wait(10.0)
        assert opened.position_mm == 123.4567
        assert world.stage.position_mm(world.clock.now_s) == pytest.approx(123.4567, abs=1e-9)


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


def opens_after_a_spoiled_answer(
    driver: Any, wire: type[Wire], data: st.DataObject, nth: int, part: str = "_start"
) -> None:
    """Assert that a stage of which the nth answer in a part of opening is spoiled can be opened again."""
    lab = SpoiledLab(wire)
    stage = driver("stage", options_of(driver), lab.surroundings)
    stage.open()
    with lab.spoil(data, nth, within_s=10.0):
        getattr(stage, part)()
    stage.close()
    stage.open()
    assert stage.velocity_mm_s == 100.0
    assert stage.position_mm == 0.0


def options_of(driver: Any) -> Any:
    """Return the options that the tests of stages share."""
    return driver.Options(resource="sim://", travel_high_mm=600.0, velocity_mm_s=100.0)


def says_nothing_stale_on_a_slow_line(driver: Any, wire: type[Wire]) -> None:
    """Assert that answers later than the timeout are never taken for those of other questions."""
    slow = SlowWire(wire)
    lab = SpoiledLab(slow)
    stage = driver("stage", options_of(driver), lab.surroundings)
    stage.open()
    slow.late_s = 3.0
    n_timeouts = 0
    for target_mm in (10.0, 20.0, 30.0):
        lab.world.stage = Motion(target_mm, target_mm, lab.clock.now_s, 100.0)
        for act in ("moving", "position_mm", "identify", "position_mm", "position_mm", "stop", "moving"):
            try:
                said = acts(stage, 1.0)[act]()
            except InstrumentTimeoutError:
                n_timeouts += 1
            else:
                assert said in {"moving": (False,), "position_mm": (target_mm,)}.get(act, (said,))
    assert n_timeouts > 0
    slow.late_s = 0.0
    lab.clock.sleep(10.0)
    assert stage.position_mm == 30.0
    start_s = lab.clock.now_s
    assert not stage.moving
    assert lab.clock.now_s - start_s < 0.1


class Face:
    """A wire face alone, in bytes."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.world = wire._world

    def say(self, *pieces: bytes) -> bytes:
        for piece in pieces:
            self.wire.receive(piece)
        return self.wire.transmit()


class SlowWire:
    """Makes wire faces whose answers come late by `late_s`."""

    def __init__(self, wire: type[Wire]) -> None:
        self.late_s = 0.0
        self._wire = wire

    def __call__(self, world: World) -> Wire:
        return _Late(world, self._wire(world), self)


class _Late(Wire):
    def __init__(self, world: World, wire: Wire, slow: SlowWire) -> None:
        super().__init__(world)
        self._wire, self._slow = wire, slow
        self._held: list[tuple[float, bytes]] = []

    def connection(self) -> Wire:
        return _Late(self._world, self._wire.connection(), self._slow)

    def receive(self, data: bytes) -> None:
        self._wire.receive(data)
        self._held.append((self._world.clock.now_s + self._slow.late_s, self._wire.transmit()))

    def transmit(self) -> bytes:
        self._held.append((self._world.clock.now_s + self._slow.late_s, self._wire.transmit()))
        due = [reply for time_s, reply in self._held if time_s <= self._world.clock.now_s]
        self._held = [item for item in self._held if item[0] > self._world.clock.now_s and item[1]]
        return b"".join(due)


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
