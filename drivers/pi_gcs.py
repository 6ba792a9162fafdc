"""Physik Instrumente controllers that speak GCS 2: one axis as the delay stage.

Sources: C-863.12 user manual MS249E (command syntax, #5, #7, error codes) and the order in which PI's own
client speaks. A command is a line ending with LF and is not answered; ERR? after it tells, and clears, the
error. Single bytes (#5 which axes move, #7 whether the controller is ready) need no LF, their answers have
one. "The unit depends on the controller", so it is an option. HLT sets error 10, "stopped by command".

Not found: which bit of #5 belongs to an axis that has a name instead of a number (an option), and the
speed of the serial port of every model (an option).
"""

from __future__ import annotations

import logging
import re
from typing import Literal

from pydantic import Field

from drivers._polled_stage import PolledStage, StageOptions, digits
from qdlab.errors import InstrumentError
from qdlab.instruments import Identity, LineSettings, Surroundings

log = logging.getLogger(__name__)

_WHO_MOVES, _READY, _IDENTIFY, _ERROR = b"\x05", b"\x07", b"*IDN?\n", b"ERR?\n"
_IS_READY = {b"\xb1": True, b"\xb0": False}
_NO_ERROR, _STOPPED = 0, 10
_ERRORS = {
    1: "syntax",
    2: "unknown command",
    5: "axis not referenced (home it first) or servo off",
    7: "position out of limits",
    8: "velocity out of limits",
    10: "stopped by command",
    15: "invalid axis identifier",
    17: "parameter out of range",
    22: "invalid axis",
    23: "invalid axis",
    24: "wrong number of parameters",
    1024: "position error too large, servo switched off",
}


class PiGcs(PolledStage):
    """A stage on one axis of a GCS controller."""

    terminator = b"\n"
    password = (_IDENTIFY, re.compile(rb"[^,]+(,[^,]+){3}"))

    class Options(StageOptions):
        """Options of a stage on a GCS controller."""

        axis: str = Field("1", pattern=r"^\w{1,16}$")
        """Identifier of the axis, as SAI? lists it."""
        motion_bit: int = Field(0, ge=0, le=31)
        """Bit of this axis in the answer to #5; 0 for axis 1, 1 for axis 2, ..."""
        unit: Literal["mm", "um"] = "mm"
        """The unit the controller counts this axis in."""
        reference: Literal["FRF", "FNL", "FPL"] = "FRF"
        """What homing looks for: the reference switch, the lower or the upper limit switch."""
        baud_rate: int = Field(115200, gt=0)
        """Speed of a serial port (baud), as it is set at the controller."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self.line = LineSettings(options.baud_rate)
        self._axis = options.axis.encode()
        self._motion_mask = 1 << options.motion_bit
        self._per_mm = 1.0 if options.unit == "mm" else 1000.0
        self._reference = options.reference.encode()

    def identify(self) -> Identity:
        """Ask *IDN?: maker, model, serial number, firmware."""
        reply = self._ask(_IDENTIFY)
        parts = [part.strip() for part in reply.decode("latin-1").split(",")]
        if len(parts) != 4 or not all(parts) or not all(part.isprintable() for part in parts):
            raise self._bad_reply(_IDENTIFY, reply, "'maker, model, serial number, firmware'")
        return Identity(*parts)

    @property
    def position_mm(self) -> float:
        """Read back the position (POS?)."""
        return self._read(b"POS?") / self._per_mm

    @property
    def moving(self) -> bool:
        """Ask whether a move is under way (#5)."""
        reply = self._ask(_WHO_MOVES)
        if not re.fullmatch(rb"(0x)?[0-9A-Fa-f]{1,8}", reply):
            raise self._bad_reply(_WHO_MOVES, reply, "a hexadecimal number")
        return bool(int(reply, 16) & self._motion_mask)

    def home(self) -> None:
        """Move to the reference switch, wait, and make sure that the controller knows where it is."""
        self._do(self._reference)
        self.wait(self._homing_timeout_s)
        if not self._flag(b"FRF?"):
            raise InstrumentError(f"{self.name}: not referenced (FRF?) after {self._reference.decode()}")

    def stop(self) -> None:
        """Stop the axis (HLT) where it is."""
        self._do(b"HLT", accept=_STOPPED)

    def make_safe(self) -> None:
        """Stop the axis where it is, whatever error is left; that is logged."""
        self._tell(b"HLT " + self._axis + b"\n")
        if (code := self._error()) not in (_NO_ERROR, _STOPPED):
            log.warning("%s: left behind: %s", self.name, _say(code))

    def _configure(self) -> None:
        """Switch the servo on and set the speed; both are read back."""
        self._do(b"SVO", b"1")
        if not self._flag(b"SVO?"):
            raise InstrumentError(f"{self.name}: its servo stays off (SVO? after SVO)")
        self._do(b"VEL", digits(self._asked_velocity_mm_s * self._per_mm))
        self._take_velocity(self._read(b"VEL?") / self._per_mm)

    def _go(self, position_mm: float) -> None:
        self._do(b"MOV", digits(position_mm * self._per_mm))

    def _settled(self) -> bool:
        """Whether the controller is ready (#7), nothing moves (#5) and the axis is on target (ONT?)."""
        reply = self._ask(_READY)
        if reply not in _IS_READY:
            raise self._bad_reply(_READY, reply, "0xB1 or 0xB0")
        return _IS_READY[reply] and not self.moving and self._flag(b"ONT?")

    def _check_end_of_move(self) -> None:
        self._raise_error("move")

    def _do(self, command: bytes, value: bytes = b"", *, accept: int = _NO_ERROR) -> None:
        """Send a command to the axis; InstrumentError unless ERR? says 0, or what is acceptable."""
        line = b" ".join(part for part in (command, self._axis, value) if part)
        self._tell(line + b"\n")
        self._raise_error(line.decode(), accept)

    def _raise_error(self, what: str, accept: int = _NO_ERROR) -> None:
        if (code := self._error()) not in (_NO_ERROR, accept):
            raise InstrumentError(f"{self.name}: {what}: {_say(code)}")

    def _error(self) -> int:
        reply = self._ask(_ERROR)
        if not re.fullmatch(rb"-?\d{1,6}", reply):
            raise self._bad_reply(_ERROR, reply, "an error code")
        return int(reply)

    def _value(self, command: bytes) -> tuple[bytes, bytes]:
        """Return the question and what its answer "axis=value" says of this axis."""
        question = command + b" " + self._axis + b"\n"
        reply = self._ask(question)
        if not reply.startswith(self._axis + b"="):
            raise self._bad_reply(question, reply, f"'{self._axis.decode()}=...'")
        return question, reply.removeprefix(self._axis + b"=")

    def _read(self, command: bytes) -> float:
        return self._number(*self._value(command))

    def _flag(self, command: bytes) -> bool:
        question, value = self._value(command)
        if value not in (b"0", b"1"):
            raise self._bad_reply(question, value, "0 or 1")
        return value == b"1"


def _say(code: int) -> str:
    return f"error {code}, {_ERRORS.get(code, 'see the list in the manual')}"
