"""Real lines: serial ports, raw TCP and VISA resources."""

from __future__ import annotations

from drivers.transports._serial import SerialTransport
from drivers.transports._visa import VisaTransport
from qdlab.instruments import LineSettings, Transport

__all__ = ["SerialTransport", "VisaTransport", "connect"]

_VISA = ("ASRL", "GPIB", "TCPIP", "USB")


def connect(resource: str, line: LineSettings) -> Transport:
    """Open a VISA resource, a serial port ("COM3", "/dev/ttyUSB0") or "socket://host:port".

    NotConnectedError if there is nothing under that name.
    """
    if resource.upper().startswith(_VISA) and "::" in resource:
        return VisaTransport(resource, line)
    return SerialTransport(resource, line)
