"""A line camera behind a helios-frames server: shots with pump flags and pulse numbers over TCP.

Ultrafast Systems' Helios has no public remote interface; this is qdlab's own protocol for laboratories that
have their camera's library (docs/reference/helios-frames.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from drivers import helios_frames_codec as codec
from drivers._line_instrument import LineInstrument, LineOptions
from drivers.helios_frames_codec import ErrorCode, Facts, Request
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
)
from qdlab.instruments import Identity, ShotBlock, Surroundings, TADetector, Transport
from qdlab.limits import Range

Value = TypeVar("Value")

_SHOWN_BYTES = 64
_ERRORS: dict[int, type[InstrumentError | LimitError]] = {
    ErrorCode.OUT_OF_RANGE: LimitError,
    ErrorCode.WRONG_STATE: InstrumentStateError,
}


class HeliosFrames(LineInstrument, TADetector):
    """A transient-absorption camera on a helios-frames server.

    Until open() its axis and limits are the nominal ones of the options; then they are what the server says.
    A block whose read() failed (late, or damaged on the way) can be read again.
    """

    class Options(LineOptions):
        """Options of a helios-frames camera; resource is "socket://host:port"."""

        n_pixels: int = Field(1024, ge=2, le=65_536)
        """Nominal pixels of the line."""
        wavelength_low_nm: float = Field(480.0, gt=0.0)
        """Nominal wavelength of the first pixel."""
        wavelength_high_nm: float = Field(700.0, gt=0.0)
        """Nominal wavelength of the last pixel."""
        saturation_counts: int = Field(65_535, ge=1, le=65_535)
        """Nominal count at which a pixel no longer follows the light."""
        shot_rate_hz: float = Field(5000.0, gt=0.0)
        """Nominal read-outs per second."""
        max_shots: int = Field(100_000, ge=1)
        """Nominal most shots of one block."""

        @model_validator(mode="after")
        def _check_order(self) -> HeliosFrames.Options:
            if not self.wavelength_low_nm < self.wavelength_high_nm:
                raise ValueError("wavelength_low_nm is not below wavelength_high_nm")
            return self

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        axis_nm = np.linspace(options.wavelength_low_nm, options.wavelength_high_nm, options.n_pixels)
        self._facts = Facts(axis_nm, options.saturation_counts, options.shot_rate_hz, options.max_shots)
        self._request_number = 0
        self._n_armed = 0

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Get the wavelength of each pixel."""
        return self._facts.wavelengths_nm

    @property
    def saturation_counts(self) -> int:
        """Get the count at which a pixel no longer follows the light."""
        return self._facts.saturation_counts

    @property
    def shot_rate_hz(self) -> float:
        """Get the read-outs per second."""
        return self._facts.shot_rate_hz

    def identify(self) -> Identity:
        """Ask the server who it is."""
        return self._decoded(Request.IDENTIFY, codec.identity, self._exchange(Request.IDENTIFY))

    def arm(self, n_shots: int) -> None:
        """Start to take the next read-outs; InstrumentStateError if a block still waits to be read."""
        self._line_open()
        if self._n_armed:
            raise InstrumentStateError(f"{self.name}: armed already; read() the shots or make_safe() first")
        Range(1, self._facts.max_shots, "shots").require(f"{self.name}: block", n_shots)
        self._exchange(Request.ARM, codec.arm_payload(n_shots))
        self._n_armed = n_shots

    def read(self, timeout_s: float) -> ShotBlock:
        """Wait for the armed shots and return them, once."""
        self._line_open()
        if not self._n_armed:
            raise InstrumentStateError(f"{self.name}: no shots to read; arm() it first")
        payload = self._exchange(Request.READ, timeout_s=timeout_s)
        block = self._decoded(
            Request.READ, lambda data: codec.shots(data, self._n_armed, self._facts), payload
        )
        self._n_armed = 0
        return block

    def make_safe(self) -> None:
        """End an acquisition; its shots are lost."""
        self._exchange(Request.DISARM)
        self._n_armed = 0

    def _start(self) -> None:
        """End what an earlier client began, and learn what the camera is."""
        self.make_safe()
        self._facts = self._decoded(Request.FACTS, codec.facts, self._exchange(Request.FACTS))

    def _exchange(self, kind: Request, payload: bytes = b"", timeout_s: float | None = None) -> bytes:
        """Send a request and return the payload of its answer."""
        transport = self._line_open()
        with transport.lock:
            self._request_number = self._request_number % 0xFFFF_FFFF + 1
            transport.discard_input()
            transport.write(codec.request(kind, self._request_number, payload))
            answered, answer = self._answer(
                transport, kind, self._timeout_s if timeout_s is None else timeout_s
            )
        if answered == codec.ERROR:
            code, text = self._decoded(kind, codec.error, answer)
            raise _ERRORS.get(code, InstrumentError)(f"{self.name}: {kind.name} refused, code {code}: {text}")
        if answered != kind + codec.ANSWER:
            raise self._not_so(kind, f"a frame of kind {answered:#04x}", answer)
        return answer

    def _answer(self, transport: Transport, kind: Request, timeout_s: float) -> tuple[int, bytes]:
        """Return kind and payload of the frame with our number; others are late answers, and passed over."""
        end_s = self._clock.now_s + timeout_s
        try:
            while True:
                head = self._next_header(transport, kind, end_s)
                data = transport.read_exactly(head.length + codec.CRC_BYTES, self._left_s(end_s))
                if head.number == self._request_number:
                    return head.kind, self._decoded(kind, codec.payload_of, data)
        except InstrumentTimeoutError as error:
            raise InstrumentTimeoutError(f"{self.name}: {kind.name} was not answered: {error}") from error

    def _next_header(self, transport: Transport, kind: Request, end_s: float) -> codec.Header:
        """Return the next sound header; whatever comes before it is passed over."""
        while True:
            transport.read_until(codec.MAGIC, self._left_s(end_s))
            rest = transport.read_exactly(codec.HEADER_BYTES - len(codec.MAGIC), self._left_s(end_s))
            if head := self._decoded(kind, codec.header, codec.MAGIC + rest):
                return head

    def _left_s(self, end_s: float) -> float:
        return max(end_s - self._clock.now_s, 0.0)

    def _decoded(self, kind: Request, decode: Callable[[bytes], Value], data: bytes) -> Value:
        """Return what the bytes mean; BadReplyError with the bytes if they do not follow the protocol."""
        try:
            return decode(data)
        except ValueError as error:
            raise self._not_so(kind, str(error), data) from error

    def _not_so(self, kind: Request, what: str, data: bytes) -> BadReplyError:
        shown = f"{data[:_SHOWN_BYTES]!r}{'...' if len(data) > _SHOWN_BYTES else ''}"
        return BadReplyError(f"{self.name}: asked {kind.name}, answered {what}: {shown}")
