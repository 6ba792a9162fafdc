"""Serial ports and raw TCP through pyserial, the same way on Linux, macOS and Windows."""

from __future__ import annotations

import serial

from qdlab.clock import WallClock
from qdlab.errors import NotConnectedError
from qdlab.instruments import BufferedTransport, LineSettings

_CHUNK = 65_536


class SerialTransport(BufferedTransport):
    """A serial port, or anything pyserial has a URL for, such as "socket://host:port"."""

    def __init__(self, resource: str, line: LineSettings) -> None:
        super().__init__(resource, WallClock())
        try:
            self._port = serial.serial_for_url(
                resource,
                baudrate=line.baud_rate,
                rtscts=line.hardware_handshake,
                timeout=0,
                write_timeout=5.0,
            )
        except (serial.SerialException, ValueError, OSError) as error:
            raise NotConnectedError(f"{resource}: cannot be opened: {error}") from error

    def close(self) -> None:
        """Disconnect; harmless if closed already."""
        self._port.close()

    def _send(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except (serial.SerialException, OSError) as error:
            raise NotConnectedError(f"{self.resource}: the line is gone: {error}") from error

    def _receive(self, timeout_s: float) -> bytes:
        try:
            self._port.timeout = timeout_s
            first: bytes = self._port.read(1)
            self._port.timeout = 0  # then all that is there; a socket's in_waiting is never more than 1
            return first + (self._port.read(_CHUNK) if first else b"")
        except (serial.SerialException, OSError, TypeError) as error:
            raise NotConnectedError(f"{self.resource}: the line is gone: {error}") from error
