"""The reference server of the helios-frames protocol, version 1 (docs/reference/helios-frames.md).

It wraps the simulated camera: what the driver of that protocol gets is what the plain face would give.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from zlib_ng.zlib_ng import crc32

from qdlab.errors import InstrumentTimeoutError, LimitError
from simulators.faces import SimulatedTADetector
from simulators.wires._wire import Wire
from simulators.world import World

_HEADER = np.dtype(
    [("magic", "S4"), ("version", "u1"), ("kind", "u1"), ("reserved", "<u2"), ("number", "<u4"),
     ("length", "<u4"), ("check", "<u4")]
)  # fmt: skip
_CHECKED = 16
_LONGEST = 1 << 28
_ERROR = 0xFF
_UNKNOWN_KIND, _MALFORMED, _OUT_OF_RANGE, _WRONG_STATE, _UNKNOWN_VERSION = 1, 2, 3, 4, 6


class _RefusedError(Exception):
    """A request that is answered with an error frame."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class HeliosFramesWire(Wire):
    """A camera on a helios-frames server."""

    def __init__(self, world: World, n_pixels: int | str = 1024) -> None:
        super().__init__(world)
        options = SimulatedTADetector.Options(n_pixels=int(n_pixels))
        self._max_shots = options.max_shots
        self._camera = SimulatedTADetector("camera", options, world)
        self._camera.open()
        self._came = bytearray()
        self._armed = False
        self._taken: bytes | None = None
        self._reading: int | None = None
        self._acts: dict[int, Callable[[bytes], bytes | None]] = {
            1: self._identify, 2: self._facts, 3: self._arm, 4: self._read, 5: self._disarm
        }  # fmt: skip

    def receive(self, data: bytes) -> None:
        """Take in pieces of requests; what is no request is skipped."""
        self._came += data
        while (request := self._next_request()) is not None:
            self._answer(*request)

    def transmit(self) -> bytes:
        """Return what is due; the shots once the last of them is taken."""
        if self._reading is not None and (shots := self._shots()) is not None:
            self._send(4 | 0x80, self._reading, shots)
            self._reading = None
        return super().transmit()

    def _next_request(self) -> tuple[int, int, int, bytes | None] | None:
        """Return version, kind, number and payload of a request; no payload if its check fails."""
        while True:
            start = self._came.find(b"QDHF")
            del self._came[: start if start >= 0 else max(len(self._came) - 3, 0)]
            if start < 0 or len(self._came) < _HEADER.itemsize:
                return None
            head = np.frombuffer(bytes(self._came[: _HEADER.itemsize]), _HEADER)[0]
            if head["check"] == crc32(self._came[:_CHECKED]) and head["length"] <= _LONGEST:
                break
            del self._came[:4]
        end = _HEADER.itemsize + int(head["length"])
        if len(self._came) < end + 4:
            return None
        payload = bytes(self._came[_HEADER.itemsize : end])
        check = int.from_bytes(self._came[end : end + 4], "little")
        del self._came[: end + 4]
        sound = payload if check == crc32(payload) and head["reserved"] == 0 else None
        return int(head["version"]), int(head["kind"]), int(head["number"]), sound

    def _answer(self, version: int, kind: int, number: int, payload: bytes | None) -> None:
        self._reading = None  # a request that comes meanwhile ends the wait of a READ
        try:
            answer = self._act(version, kind, payload)
        except _RefusedError as refused:
            self._send(_ERROR, number, refused.code.to_bytes(2, "little") + str(refused).encode())
            return
        if answer is None:
            self._reading = number
        else:
            self._send(kind | 0x80, number, answer)

    def _act(self, version: int, kind: int, payload: bytes | None) -> bytes | None:
        """Do what is asked and return the answer's payload, or None if it has to wait."""
        if version != 1:
            raise _RefusedError(_UNKNOWN_VERSION, f"version {version}; this server speaks version 1")
        if kind not in self._acts:
            raise _RefusedError(_UNKNOWN_KIND, f"unknown kind of request {kind:#04x}")
        if payload is None or len(payload) != (4 if kind == 3 else 0):
            raise _RefusedError(_MALFORMED, "malformed request")
        return self._acts[kind](payload)

    def _send(self, kind: int, number: int, payload: bytes) -> None:
        head = np.zeros(1, _HEADER)
        head[0] = (b"QDHF", 1, kind, 0, number, len(payload), 0)
        head["check"] = crc32(head.tobytes()[:_CHECKED])
        self._pending += head.tobytes() + payload + crc32(payload).to_bytes(4, "little")

    def _identify(self, payload: bytes) -> bytes:
        return b"qdlab\nhelios-frames reference server\n\n1\n"

    def _facts(self, payload: bytes) -> bytes:
        axis_nm = self._camera.wavelengths_nm
        numbers = np.array([axis_nm.size, self._max_shots], "<u4").tobytes()
        rate = np.array([self._camera.shot_rate_hz], "<f8").tobytes()
        saturation = np.array([self._camera.saturation_counts, 0, 0, 0], "<u2").tobytes()
        return numbers + rate + saturation + axis_nm.astype("<f8").tobytes()

    def _arm(self, payload: bytes) -> bytes:
        if self._armed:
            raise _RefusedError(_WRONG_STATE, "armed already")
        try:
            self._camera.arm(int.from_bytes(payload, "little"))
        except LimitError as error:
            raise _RefusedError(_OUT_OF_RANGE, str(error)) from error
        self._armed, self._taken = True, None
        return b""

    def _read(self, payload: bytes) -> bytes | None:
        if not self._armed and self._taken is None:
            raise _RefusedError(_WRONG_STATE, "not armed")
        return None

    def _disarm(self, payload: bytes) -> bytes:
        self._camera.make_safe()
        self._armed, self._taken = False, None
        return b""

    def _shots(self) -> bytes | None:
        """Return the block's payload, kept until the next ARM or DISARM; None before its last shot."""
        if self._taken is None:
            try:
                block = self._camera.read(timeout_s=0.0)
            except InstrumentTimeoutError:
                return None
            sizes = np.array(block.shots.shape, "<u4").tobytes()
            tags = block.sequence.astype("<u8").tobytes() + block.pump_on.astype("u1").tobytes()
            self._armed, self._taken = False, sizes + tags + block.shots.astype("<u2").tobytes()
        return self._taken
