"""A line to a wire face within the program: what `sim://` in a bench file connects to."""

from __future__ import annotations

from qdlab.clock import Clock
from qdlab.errors import NotConnectedError
from qdlab.instruments import BufferedTransport
from simulators.wires._wire import Wire

_POLL_S = 1e-3


class SimulatedLine(BufferedTransport):
    """The same as a port, but waiting lets the laboratory's clock pass, and nothing is ever random."""

    def __init__(self, resource: str, wire: Wire, clock: Clock) -> None:
        super().__init__(resource, clock)
        self._wire: Wire | None = wire.connection()

    def close(self) -> None:
        """Disconnect; harmless if closed already."""
        self._wire = None

    def _connected(self) -> Wire:
        if self._wire is None:
            raise NotConnectedError(f"{self.resource}: the line is closed")
        return self._wire

    def _send(self, data: bytes) -> None:
        self._connected().receive(data)

    def _receive(self, timeout_s: float) -> bytes:
        got = self._connected().transmit()
        if not got and timeout_s > 0.0:
            self._clock.sleep(min(_POLL_S, timeout_s))
        return got
