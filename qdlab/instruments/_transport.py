"""The road bytes take to an instrument that speaks bytes; a driver has one, and knows no more of ports."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from qdlab.clock import Clock


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial port is set; over a network it does not matter."""

    baud_rate: int = 9600
    hardware_handshake: bool = False


class Transport(Protocol):
    """An open connection over which a driver asks and is answered.

    A question and its answer belong together: a driver holds `lock` while both pass, so that instruments
    on one bus do not take each other's replies. Raw traffic is logged by the transport, once, at DEBUG.
    """

    resource: str
    """What it is connected to, as the bench file says it, and by whom; error messages name it."""

    lock: threading.RLock
    """Held by whoever asks, until the answer is there."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send bytes; NotConnectedError if the line is gone."""

    @abstractmethod
    def read_until(self, terminator: bytes, timeout_s: float) -> bytes:
        """Return what arrives up to and including the terminator.

        InstrumentTimeoutError, with what has come so far, if that takes longer than `timeout_s`;
        NotConnectedError if the line is gone.
        """

    @abstractmethod
    def read_exactly(self, n_bytes: int, timeout_s: float) -> bytes:
        """Return exactly so many bytes; errors as read_until()."""

    @abstractmethod
    def discard_input(self) -> None:
        """Throw away what has arrived unasked, so that the next reply is that of the next question."""

    @abstractmethod
    def close(self) -> None:
        """Disconnect; harmless if closed already."""


Connect = Callable[[str, LineSettings], Transport]
"""Opens what a resource names: a port, a network address, or "sim://" for the virtual laboratory."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a driver gets from the program around it."""

    clock: Clock
    connect: Connect
    library: Any = None
    """Stand-in for a vendor's library if the instrument is simulated; None: take the real one."""
