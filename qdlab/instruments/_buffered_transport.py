"""What all transports share: a lock, a log, and reading until a reply is complete."""

from __future__ import annotations

import logging
import threading
from abc import abstractmethod

from qdlab.clock import Clock
from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments._transport import Transport

log = logging.getLogger(__name__)

_SHOWN_BYTES = 256


class BufferedTransport(Transport):
    """A transport over a line that delivers bytes in pieces; subclasses know the line."""

    def __init__(self, resource: str, clock: Clock) -> None:
        self.resource = resource
        self._clock = clock
        self.lock = threading.RLock()
        self._buffer = bytearray()

    @abstractmethod
    def _send(self, data: bytes) -> None:
        """Put bytes on the line; NotConnectedError if it is gone."""

    @abstractmethod
    def _receive(self, timeout_s: float) -> bytes:
        """Return what is there, waiting up to `timeout_s` for the first byte; empty if none came."""

    def write(self, data: bytes) -> None:
        """Send bytes."""
        log.debug("%s WRITE %r", self.resource, data)
        self._send(data)

    def read_until(self, terminator: bytes, timeout_s: float) -> bytes:
        """Return what arrives up to and including the terminator."""
        end_s = self._clock.now_s + timeout_s
        while (at := self._buffer.find(terminator)) < 0:
            self._fill(end_s, timeout_s, f"{terminator!r}")
        return self._take(at + len(terminator))

    def read_exactly(self, n_bytes: int, timeout_s: float) -> bytes:
        """Return exactly so many bytes."""
        end_s = self._clock.now_s + timeout_s
        while len(self._buffer) < n_bytes:
            self._fill(end_s, timeout_s, f"{n_bytes} bytes")
        return self._take(n_bytes)

    def discard_input(self) -> None:
        """Throw away what has arrived unasked."""
        while self._receive(0.0):
            pass
        self._buffer.clear()

    def _fill(self, end_s: float, timeout_s: float, wanted: str) -> None:
        left_s = end_s - self._clock.now_s
        got = self._receive(max(left_s, 0.0))
        self._buffer += got
        if not got and left_s <= 0.0:
            came, self._buffer = bytes(self._buffer), bytearray()
            shown = repr(came[:_SHOWN_BYTES]) + (f"... ({len(came)} bytes)" if came[_SHOWN_BYTES:] else "")
            raise InstrumentTimeoutError(
                f"{self.resource}: no complete reply in {timeout_s:g} s; wanted {wanted}, got {shown}"
            )

    def _take(self, n_bytes: int) -> bytes:
        taken = bytes(self._buffer[:n_bytes])
        del self._buffer[:n_bytes]
        log.debug("%s READ %r", self.resource, taken)
        return taken
