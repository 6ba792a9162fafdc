"""The frames of Thorlabs Elliptec devices: bytes in, values out; no port, no clock (hardware.md 6.2).

A request is the address (one of 0-F), two lower-case letters and hexadecimal data, with no terminator. A
reply is the address, two upper-case letters and hexadecimal data, ended by CR LF (cut off before it is read
here).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STATUS = {
    0: "ok", 1: "communication timeout", 2: "mechanical timeout", 3: "command error", 4: "value out of range",
    5: "isolated", 6: "out of isolation", 7: "initialisation error", 8: "thermal error", 9: "busy",
    10: "sensor error", 11: "motor error", 12: "out of range", 13: "over-current",
}  # fmt: skip
OK, BUSY = 0, 9

_REPLY = re.compile(rb"([0-9A-F])([A-Z0-9]{2})([0-9A-F]*)")
_POSITION_BYTES = 4
_INFO = re.compile(
    rb"(?P<type>[0-9A-F]{2})(?P<serial>[0-9A-F]{8})(?P<year>[0-9]{4})(?P<firmware>[0-9A-F]{2})"
    rb"(?P<hardware>[0-9A-F]{2})(?P<travel>[0-9A-F]{4})(?P<pulses>[0-9A-F]{8})"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply taken apart: who, what, and its data, still as hexadecimal digits."""

    address: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Info:
    """What a device says of itself: `pulses` are those of its whole travel, in degrees for a rotator."""

    type_number: int
    serial: str
    firmware: str
    travel_deg: int
    pulses: int


def request(address: str, command: str, data: str = "") -> bytes:
    """Return the bytes of a request."""
    return f"{address}{command}{data}".encode("ascii")


def position_data(pulses: int) -> str:
    """Return a position or a step as eight digits, two's complement."""
    return pulses.to_bytes(_POSITION_BYTES, "big", signed=True).hex().upper()


def parse_reply(line: bytes) -> Reply:
    """Take a reply apart; ValueError if it is none."""
    found = _REPLY.fullmatch(line)
    if found is None:
        raise ValueError("not an Elliptec reply")
    address, kind, data = found.groups()
    return Reply(address.decode(), kind.decode(), data)


def parse_position(data: bytes) -> int:
    """Return a position in pulses from eight digits, two's complement; ValueError if it is none."""
    if len(data) != 2 * _POSITION_BYTES:
        raise ValueError("a position has eight digits")
    return int.from_bytes(bytes.fromhex(data.decode("ascii")), "big", signed=True)


def parse_status(data: bytes) -> int:
    """Return a status number from two digits; ValueError if it is none that is known."""
    digits = 2
    if len(data) != digits or int(data, 16) not in STATUS:
        raise ValueError("not a known status")
    return int(data, 16)


def parse_info(data: bytes) -> Info:
    """Take apart what a device says of itself; ValueError if it is not that."""
    found = _INFO.fullmatch(data)
    if found is None:
        raise ValueError("an information frame has thirty digits")
    return Info(
        type_number=int(found["type"], 16),
        serial=found["serial"].decode(),
        firmware=found["firmware"].decode(),
        travel_deg=int(found["travel"], 16),
        pulses=int(found["pulses"], 16),
    )
