"""A virtual laboratory for driver tests, and the lines that lead into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qdlab.clock import VirtualClock
from qdlab.instruments import LineSettings, Surroundings, Transport
from simulators import World
from simulators.wires import SimulatedLine, Wire

WireTo = Callable[[type[Wire]], Surroundings]
LineTo = Callable[[Wire], Surroundings]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(World.Options(), clock)


@pytest.fixture
def wire_to(world: World, clock: VirtualClock) -> WireTo:
    """Surroundings whose every resource is one wire face of the world."""

    def wire_to(wire: type[Wire]) -> Surroundings:
        face = wire(world)

        def connect(resource: str, line: LineSettings) -> Transport:
            return SimulatedLine(resource, face, clock)

        return Surroundings(clock, connect)

    return wire_to


@pytest.fixture
def line_to(clock: VirtualClock) -> LineTo:
    """Surroundings whose every resource is the wire face that is given."""

    def line_to(face: Wire) -> Surroundings:
        def connect(resource: str, line: LineSettings) -> Transport:
            return SimulatedLine(resource, face, clock)

        return Surroundings(clock, connect)

    return line_to
