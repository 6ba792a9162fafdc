"""The helios-frames protocol, version 1, as a client sees it: values to bytes, bytes to values, no port.

Layout: docs/reference/helios-frames.md. All numbers are little-endian. What does not follow the document
raises ValueError in words; the driver adds who said it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from zlib_ng.zlib_ng import crc32

from qdlab.instruments import Identity, ShotBlock

MAGIC = b"QDHF"
VERSION = 1
ANSWER = 0x80
ERROR = 0xFF
LONGEST_PAYLOAD = 1 << 28

_HEAD = struct.Struct("<4sBBHII")  # magic, version, kind, reserved, number, length
_CRC = struct.Struct("<I")
_FACTS = struct.Struct("<IIdH6x")  # n_pixels, most shots, shots per second, saturation, reserved
_SHOTS = struct.Struct("<II")  # n_shots, n_pixels
_CODE = struct.Struct("<H")

HEADER_BYTES = _HEAD.size + _CRC.size
CRC_BYTES = _CRC.size


class Request(IntEnum):
    """Kinds of requests; the answer's kind is ANSWER more."""

    IDENTIFY = 0x01
    FACTS = 0x02
    ARM = 0x03
    READ = 0x04
    DISARM = 0x05


class ErrorCode(IntEnum):
    """What an error frame may say."""

    UNKNOWN_KIND = 1
    MALFORMED = 2
    OUT_OF_RANGE = 3
    WRONG_STATE = 4
    CAMERA_FAILED = 5
    UNKNOWN_VERSION = 6


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a payload of `length` bytes."""

    kind: int
    number: int
    length: int


@dataclass(frozen=True)
class Facts:
    """What a camera is: its axis in nm, its limits, its rate."""

    wavelengths_nm: NDArray[np.float64]
    saturation_counts: int
    shot_rate_hz: float
    max_shots: int


def request(kind: Request, number: int, payload: bytes = b"") -> bytes:
    """Return the frame of a request."""
    head = _HEAD.pack(MAGIC, VERSION, kind, 0, number, len(payload))
    return head + _CRC.pack(crc32(head)) + payload + _CRC.pack(crc32(payload))


def arm_payload(n_shots: int) -> bytes:
    """Return the payload of ARM."""
    return _CRC.pack(n_shots)


def header(data: bytes) -> Header | None:
    """Return the header these bytes are, or None if they are rubbish that begins like one.

    ValueError for a sound header of another version or beyond the longest payload.
    """
    if crc32(data[: _HEAD.size]) != _CRC.unpack_from(data, _HEAD.size)[0]:
        return None
    magic, version, kind, reserved, number, length = _HEAD.unpack_from(data)
    if magic != MAGIC:
        return None
    if version != VERSION:
        raise ValueError(f"protocol version {version}, not {VERSION}")
    if reserved != 0 or length > LONGEST_PAYLOAD:
        raise ValueError(f"a header with reserved = {reserved} and a payload of {length} bytes")
    return Header(kind, number, length)


def payload_of(data: bytes) -> bytes:
    """Return the payload that these bytes are with their check behind; ValueError if it fails."""
    payload, check = data[:-CRC_BYTES], _CRC.unpack(data[-CRC_BYTES:])[0]
    if crc32(payload) != check:
        raise ValueError(f"a payload of {len(payload)} bytes with a bad CRC")
    return payload


def identity(payload: bytes) -> Identity:
    """Return who answered IDENTIFY."""
    try:
        parts = payload.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError("an identity that is not UTF-8") from error
    if len(parts) != 5 or parts[-1] or not parts[0] or not parts[1]:
        raise ValueError("an identity that is not maker, model, serial and firmware in lines")
    return Identity(*parts[:4])


def facts(payload: bytes) -> Facts:
    """Return the answer to FACTS."""
    if len(payload) < _FACTS.size:
        raise ValueError(f"facts of {len(payload)} bytes, too few")
    n_pixels, max_shots, rate_hz, saturation = _FACTS.unpack_from(payload)
    if n_pixels < 2 or len(payload) != _FACTS.size + 8 * n_pixels:
        raise ValueError(f"facts of {len(payload)} bytes for {n_pixels} pixels")
    axis_nm = np.frombuffer(payload, "<f8", n_pixels, _FACTS.size).astype(np.float64)
    if not (np.isfinite(axis_nm).all() and axis_nm[0] > 0.0 and (np.diff(axis_nm) > 0.0).all()):
        raise ValueError("a wavelength axis that is not of rising, positive numbers")
    if not (0.0 < rate_hz < float("inf") and max_shots > 0 and saturation > 0):
        raise ValueError(f"facts with {rate_hz} shots/s, {max_shots} shots, saturation {saturation}")
    return Facts(axis_nm, saturation, rate_hz, max_shots)


def shots(payload: bytes, n_armed: int, camera: Facts) -> ShotBlock:
    """Return the answer to READ; it may lack shots that the camera lost, as the pulse numbers show."""
    n_pixels = camera.wavelengths_nm.size
    n_shots, told_pixels = _SHOTS.unpack_from(payload) if len(payload) >= _SHOTS.size else (0, 0)
    size = _SHOTS.size + n_shots * (9 + 2 * n_pixels)
    if len(payload) != size or told_pixels != n_pixels or n_shots > n_armed:
        raise ValueError(f"{len(payload)} bytes that are not up to {n_armed} shots of {n_pixels} pixels")
    sequence = np.frombuffer(payload, "<u8", n_shots, _SHOTS.size)
    flags = np.frombuffer(payload, np.uint8, n_shots, _SHOTS.size + 8 * n_shots)
    counts = np.frombuffer(payload, "<u2", n_shots * n_pixels, _SHOTS.size + 9 * n_shots)
    if (flags > 1).any():
        raise ValueError(f"flags {flags.max():#04x} where only bit 0 has a meaning")
    if (sequence[1:] <= sequence[:-1]).any():
        raise ValueError("pulse numbers that do not rise")
    if (highest := counts.max(initial=0)) > camera.saturation_counts:
        raise ValueError(f"{highest} counts, above saturation at {camera.saturation_counts}")
    return ShotBlock(
        counts.reshape(n_shots, n_pixels).astype(np.uint16),
        flags.astype(np.bool_),
        sequence.astype(np.uint64),
    )


def error(payload: bytes) -> tuple[int, str]:
    """Return code and text of an error frame."""
    if len(payload) < _CODE.size:
        raise ValueError("an error frame without a code")
    return _CODE.unpack_from(payload)[0], payload[_CODE.size :].decode("utf-8", "replace")
