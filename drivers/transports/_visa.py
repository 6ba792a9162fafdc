"""VISA resources through pyvisa: the vendor's VISA where there is one, else pyvisa-py."""

from __future__ import annotations

import pyvisa
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource, SerialInstrument

from qdlab.clock import WallClock
from qdlab.errors import NotConnectedError
from qdlab.instruments import BufferedTransport, LineSettings


class VisaTransport(BufferedTransport):
    """A message-based VISA resource read byte by byte, so that terminators stay the driver's affair."""

    def __init__(self, resource: str, line: LineSettings) -> None:
        super().__init__(resource, WallClock())
        self._manager = _resource_manager()
        try:
            opened = self._manager.open_resource(resource)
        except (pyvisa.VisaIOError, ValueError, OSError) as error:
            raise NotConnectedError(f"{resource}: cannot be opened: {error}") from error
        if not isinstance(opened, MessageBasedResource):
            opened.close()
            raise NotConnectedError(f"{resource}: is not a resource that speaks in messages")
        opened.write_termination = ""
        opened.read_termination = None
        if isinstance(opened, SerialInstrument):
            opened.baud_rate = line.baud_rate
        self._session = opened

    def close(self) -> None:
        """Disconnect; harmless if closed already."""
        self._session.close()

    def _send(self, data: bytes) -> None:
        try:
            self._session.write_raw(data)
        except (pyvisa.VisaIOError, pyvisa.InvalidSession, OSError) as error:
            raise NotConnectedError(f"{self.resource}: the line is gone: {error}") from error

    def _receive(self, timeout_s: float) -> bytes:
        try:
            self._session.timeout = max(1.0, timeout_s * 1e3)
            return bytes(self._session.read_bytes(1, break_on_termchar=False))
        except pyvisa.VisaIOError as error:
            if error.error_code == StatusCode.error_timeout:
                return b""
            raise NotConnectedError(f"{self.resource}: the line is gone: {error}") from error
        except (pyvisa.InvalidSession, OSError) as error:
            raise NotConnectedError(f"{self.resource}: the line is gone: {error}") from error


def _resource_manager() -> pyvisa.ResourceManager:
    try:
        return pyvisa.ResourceManager()
    except (OSError, ValueError):
        return pyvisa.ResourceManager("@py")
