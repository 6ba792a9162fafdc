"""A wire face behind a bad cable: what a driver must survive, switched on by `sim://?fault=...&after=...`."""

from __future__ import annotations

from typing import Literal, get_args

from qdlab.errors import NotConnectedError
from simulators.wires._wire import Wire
from simulators.world import World

LineFault = Literal["disconnect", "dropped_byte", "garbled", "late", "power_lost", "silence"]
"""disconnect: the line is gone. dropped_byte: one byte of every reply is lost. garbled: a bit of every byte
is flipped. late: replies come LATE_S after they are due. power_lost: nothing is heard, nothing said, and the
instrument stays as it is. silence: it hears and obeys, and no reply comes."""

LATE_S = 5.0


class FaultyWire(Wire):
    """Passes bytes on to another face; from the question number `after` on, the fault strikes."""

    def __init__(self, world: World, wire: Wire, fault: str, after: int = 0) -> None:
        super().__init__(world)
        if fault not in get_args(LineFault):
            raise ValueError(f"fault {fault!r} is none of {', '.join(get_args(LineFault))}")
        self._wire = wire
        self._fault = fault
        self._questions_left = after
        self._held: list[tuple[float, bytes]] = []

    def connection(self) -> Wire:
        """Return a bad cable to one more connection of the same instrument."""
        return FaultyWire(self._world, self._wire.connection(), self._fault, self._questions_left)

    def receive(self, data: bytes) -> None:
        """Count a question and pass it on; NotConnectedError once the line is gone."""
        self._questions_left -= 1
        if self._strikes and self._fault == "disconnect":
            raise NotConnectedError("the simulated line is gone")
        if self._strikes and self._fault == "power_lost":
            return
        self._wire.receive(data)

    def transmit(self) -> bytes:
        """Return what comes through."""
        reply = self._wire.transmit()
        if not self._strikes or not (reply or self._held):
            return reply
        match self._fault:
            case "dropped_byte":
                return reply[: len(reply) // 2] + reply[len(reply) // 2 + 1 :]
            case "garbled":
                return bytes(byte ^ 0x40 for byte in reply)
            case "late":
                return self._delayed(reply)
            case _:
                return b""

    @property
    def _strikes(self) -> bool:
        return self._questions_left < 0

    def _delayed(self, reply: bytes) -> bytes:
        """Hold a reply back, and return those that have been held long enough."""
        now_s = self._world.clock.now_s
        if reply:
            self._held.append((now_s + LATE_S, reply))
        due = [held for time_s, held in self._held if time_s <= now_s]
        self._held = [item for item in self._held if item[0] > now_s]
        return b"".join(due)
