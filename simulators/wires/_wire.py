"""What a wire face is: bytes in, bytes out, over the one world. It knows no port, no thread, no sleep."""

from __future__ import annotations

from abc import ABC, abstractmethod

from simulators.world import World


class Wire(ABC):
    """One instrument as its cable shows it.

    The world behind it has a clock; what takes time (a move, a lock, a late reply) is over when the clock
    says so, and `transmit` gives only what is due by now.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending = bytearray()

    def connection(self) -> Wire:
        """Return the face that one more connection sees; an instrument with one line has but this one."""
        return self

    @abstractmethod
    def receive(self, data: bytes) -> None:
        """Take in bytes from the computer, in pieces of any length."""

    def transmit(self) -> bytes:
        """Return the bytes that have come out since the last call."""
        due = bytes(self._pending)
        self._pending.clear()
        return due
