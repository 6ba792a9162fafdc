"""Thorlabs ELL14 rotation mount that turns a half-wave plate or a graded filter (hardware.md 6.2)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, field_validator

from drivers import thorlabs_ell14_frames as frames
from drivers._line_instrument import LineInstrument, LineOptions
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import Attenuator, Identity, Surroundings
from qdlab.limits import Range

_ELL14 = 14
_TURN_DEG = 360
_REST_S = 0.1  # a move told too soon after another may go to 0 (hardware.md 6.2, pylablib)
_UNASKED = ("BS", "BO")  # its buttons

CalibrationPoint = Annotated[tuple[float, float], Field(strict=False)]


class ThorlabsEll14(LineInstrument, Attenuator):
    """An attenuator by its calibration: angle in, transmission out, straight lines between the points.

    The mount goes to the nearest of its pulses (398.2 a degree) and is read back; the transmission is that
    of the angle read back. Not found: how far a mount may stop from where it was sent, and how long it may
    take; both are options.
    """

    class Options(LineOptions):
        """Options of the attenuator."""

        calibration: list[CalibrationPoint] = Field(min_length=2)
        """Points (angle in degrees, transmission), angles rising, transmissions all rising or all falling."""
        address: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F"] = "0"
        """The mount's address on its line."""
        home: bool = True
        """Whether to find the reference mark on opening; after power-on a mount does not know its angle."""
        move_timeout_s: float = Field(10.0, gt=0.0, le=120.0)
        """How long a move may take."""
        tolerance_deg: float = Field(0.1, gt=0.0, le=5.0)
        """How far from where it was sent the mount may stop."""

        @field_validator("calibration")
        @classmethod
        def _monotone(cls, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
            steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
            if not all(angle > 0.0 for angle, _ in steps):
                raise ValueError("angles must rise from point to point")
            if not (all(step > 0.0 for _, step in steps) or all(step < 0.0 for _, step in steps)):
                raise ValueError("transmissions must all rise, or all fall, from point to point")
            if not all(0.0 <= angle <= _TURN_DEG and 0.0 <= share <= 1.0 for angle, share in points):
                raise ValueError("angles lie within 0 to 360 degrees, transmissions within 0 to 1")
            return points

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options
        self._angles_deg, self._transmissions = np.array(options.calibration).T
        self._pulses_per_deg = 0.0

    @property
    def transmission_range(self) -> Range:
        """Get the transmissions that the calibration reaches."""
        return Range(float(self._transmissions.min()), float(self._transmissions.max()), "")

    @property
    def transmission(self) -> float:
        """Read the angle back and return its transmission.

        InstrumentStateError if the mount stands outside its calibration.
        """
        angle_deg, slack_deg = self._angle_deg(), self._options.tolerance_deg
        low_deg, high_deg = self._angles_deg[0], self._angles_deg[-1]
        if not low_deg - slack_deg <= angle_deg <= high_deg + slack_deg:
            raise InstrumentStateError(
                f"{self.name}: stands at {angle_deg:g} deg, outside its calibration "
                f"from {low_deg:g} to {high_deg:g} deg"
            )
        return float(np.interp(angle_deg, self._angles_deg, self._transmissions))

    def set_transmission(self, transmission: float) -> None:
        """Turn to the nearest pulse and wait; InstrumentStateError if the mount stops elsewhere."""
        self._line_open()
        self.transmission_range.require(f"{self.name}: transmission", transmission)
        order = np.argsort(self._transmissions)
        self._turn_to(float(np.interp(transmission, self._transmissions[order], self._angles_deg[order])))

    def make_safe(self) -> None:
        """Turn to where least light passes."""
        self._turn_to(float(self._angles_deg[np.argmin(self._transmissions)]))

    def identify(self) -> Identity:
        """Ask for serial number and firmware."""
        info = self._info()
        return Identity("Thorlabs", f"ELL{info.type_number}", info.serial, info.firmware)

    def _start(self) -> None:
        info = self._info()
        if info.type_number != _ELL14 or info.travel_deg != _TURN_DEG or info.pulses == 0:
            raise InstrumentStateError(
                f"{self.name}: is an ELL{info.type_number} of {info.travel_deg} units travel, not an ELL14"
            )
        self._pulses_per_deg = info.pulses / info.travel_deg
        if self._options.home:
            self._move("ho", "0")
        self.make_safe()

    def _turn_to(self, angle_deg: float) -> None:
        pulses = round(angle_deg * self._pulses_per_deg)
        self._move("ma", frames.position_data(pulses))
        reached_deg = self._angle_deg()
        if abs(reached_deg - angle_deg) > self._options.tolerance_deg:
            raise InstrumentStateError(
                f"{self.name}: sent to {angle_deg:g} deg, stopped at {reached_deg:g} deg"
            )

    def _move(self, command: str, data: str) -> None:
        """Start a move and wait for its end, which comes as a position or as status ok."""
        with self._line_open().lock:
            self._clock.sleep(_REST_S)
            self._exchange(frames.request(self._options.address, command, data), self._options.move_timeout_s)

    def _angle_deg(self) -> float:
        question = frames.request(self._options.address, "gp")
        reply = self._exchange(question, self._timeout_s)
        if reply.kind != "PO":
            raise self._bad_reply(question, reply.kind.encode() + reply.data, "a position")
        return frames.parse_position(reply.data) / self._pulses_per_deg

    def _info(self) -> frames.Info:
        question = frames.request(self._options.address, "in")
        line = self._ask(question)
        try:
            reply = frames.parse_reply(line)
            info = frames.parse_info(reply.data)
        except ValueError as error:
            raise self._bad_reply(question, line, str(error)) from None
        if (reply.address, reply.kind) != (self._options.address, "IN"):
            raise self._bad_reply(question, line, "an information frame")
        return info

    def _exchange(self, question: bytes, timeout_s: float) -> frames.Reply:
        """Ask, and return the first reply that ends it: a position, or status ok.

        "Busy" and the mount's buttons come in between; any other status is an InstrumentStateError.
        """
        transport, end_s = self._line_open(), self._clock.now_s + timeout_s
        with transport.lock:
            transport.discard_input()
            transport.write(question)
            while (left_s := end_s - self._clock.now_s) > 0.0:
                line = transport.read_until(self.terminator, left_s).removesuffix(self.terminator)
                reply = self._understood(question, line)
                if reply is not None:
                    return reply
        raise InstrumentTimeoutError(f"{self.name}: still busy {timeout_s:g} s after {question!r}")

    def _understood(self, question: bytes, line: bytes) -> frames.Reply | None:
        """Return a reply that ends a question, None for one that does not."""
        try:
            reply = frames.parse_reply(line)
            if reply.kind == "PO":
                frames.parse_position(reply.data)
            status = frames.parse_status(reply.data) if reply.kind == "GS" else frames.OK
        except ValueError as error:
            raise self._bad_reply(question, line, str(error)) from None
        if reply.address != self._options.address or reply.kind not in ("PO", "GS", *_UNASKED):
            raise self._bad_reply(question, line, f"a position or a status of {self._options.address}")
        if status not in (frames.OK, frames.BUSY):
            raise InstrumentStateError(f"{self.name}: asked {question!r}, reports {frames.STATUS[status]}")
        return None if reply.kind in _UNASKED or status == frames.BUSY else reply
