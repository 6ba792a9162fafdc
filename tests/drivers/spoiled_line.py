"""A line to a wire face on which one answer can be replaced, as a bad cable would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdlab.clock import VirtualClock
from qdlab.errors import QdlabError
from qdlab.instruments import LineSettings, Surroundings, Transport
from simulators import World
from simulators.wires import SimulatedLine, Wire

LineTo = Callable[[Wire], Surroundings]


class SpoiledLine(SimulatedLine):
    """Answers the next `question` with `answer`; all else comes from the wire face."""

    question = b""
    answer = b""

    def _send(self, data: bytes) -> None:
        super()._send(data)
        self._came = b""
        if self.question and data == self.question:
            self._clock.sleep(1.0)  # the true answer has come by then, and is lost
            super()._receive(0.0)
            self._came, self.question = self.answer, b""

    def _receive(self, timeout_s: float) -> bytes:
        came, self._came = getattr(self, "_came", b""), b""
        return came or super()._receive(timeout_s)

    def spoil(self, question: bytes, answer: bytes) -> None:
        self.question, self.answer = question, answer


class Bench:
    """A fresh world, a wire face, and a line to it; one for each example of a fuzz test."""

    def __init__(self, wire: type[Wire]) -> None:
        self.clock = VirtualClock()
        self.world = World(World.Options(), self.clock)
        self.face = wire(self.world)
        self.line = SpoiledLine("sim://", self.face, self.clock)
        self.surroundings = Surroundings(self.clock, self._connect)

    def _connect(self, resource: str, line: LineSettings) -> Transport:
        return self.line


def outcome(act: Callable[[], Any]) -> Any:
    """Return what comes of an act: a value, or the error in words."""
    try:
        return act()
    except QdlabError as error:
        return error
