"""Newport ESP301 (and ESP300) motion controller: one axis of it as the delay stage.

Sources: ESP300 User's Manual, section 3 (commands PA, TP, MD, MO, SN, VA, OR, ST, TB, VE, ID); the ESP301
is said to speak the same. A command is `axis, two letters, parameters` and ends with CR; what it sets is
not acknowledged, so after each command the error queue (TB?) is read out until it says 0. Errors of the
controller's other axes stand in the same queue and are reported too.

Not found in any source: the ESP301's own manual text, so its USB speed (921600 baud by general knowledge)
is an option; whether MD? says "moving" from the very start of a home search is believed, not known.
"""

from __future__ import annotations

import logging
import re

from pydantic import Field

from drivers._polled_stage import PolledStage, StageOptions, digits
from qdlab.errors import InstrumentError
from qdlab.instruments import Identity, LineSettings, Surroundings

log = logging.getLogger(__name__)

_MM = 2  # SN: 0 encoder count, 1 motor step, 2 mm, 3 um, ...
_QUEUE_DEPTH = 10
_VERSION = re.compile(r"(ESP\w+) Version (\S[ -~]*)")
_ERROR = re.compile(r"\s*(\d{1,5})\s*,\s*(\d+)\s*,\s*(\S[ -~]*)")


class NewportEsp301(PolledStage):
    """A stage on one axis of an ESP301."""

    terminator = b"\r\n"
    password = (b"VE?\r", re.compile(rb"ESP[ -~]+"))

    class Options(StageOptions):
        """Options of a stage on an ESP301."""

        axis: int = Field(1, ge=1, le=3)
        """Number of the axis the stage is plugged into."""
        home_mode: int = Field(1, ge=0, le=6)
        """How OR searches: 0 zero count, 1 home switch and index, 2 home switch, 3 upper limit switch,
        4 lower limit switch, 5 upper limit switch and index, 6 lower limit switch and index."""
        baud_rate: int = Field(19200, gt=0)
        """Speed of the serial port (baud): 19200 on RS-232; USB of the ESP301 is not documented here."""
        hardware_handshake: bool = True
        """Whether RTS/CTS are wired, as the manual wants it."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self.line = LineSettings(options.baud_rate, options.hardware_handshake)
        self._axis = str(options.axis).encode()
        self._home_mode = str(options.home_mode).encode()

    def identify(self) -> Identity:
        """Ask for the firmware (VE?) and for the stage's model and serial number (ID?)."""
        firmware = self._text(b"VE?\r")
        found = _VERSION.fullmatch(firmware)
        if found is None:
            raise self._bad_reply(b"VE?\r", firmware.encode(), "'ESP301 Version ...'")
        return Identity("Newport", found[1], self._text(self._axis + b"ID?\r"), found[2])

    @property
    def position_mm(self) -> float:
        """Read back the position (TP)."""
        return self._read(b"TP")

    @property
    def moving(self) -> bool:
        """Ask whether a move is under way (MD? says 1 when it is done)."""
        return not self._flag(b"MD?")

    def home(self) -> None:
        """Search for the reference mark (OR) and wait."""
        self._do(b"OR" + self._home_mode)
        self.wait(self._homing_timeout_s)

    def stop(self) -> None:
        """Stop (ST) where it is."""
        self._do(b"ST")

    def make_safe(self) -> None:
        """Stop where it is, whatever the error queue holds; that is logged."""
        self._tell(self._axis + b"ST\r")
        for error in self._errors():
            log.warning("%s: left in the error queue: %s", self.name, error)

    def _configure(self) -> None:
        """Count in mm, switch the motor on, set the speed; each is read back."""
        self._do(b"SN%d" % _MM)
        units = self._read(b"SN?")
        if units != _MM:
            raise InstrumentError(f"{self.name}: counts in units {units:g} (SN?), not in mm ({_MM})")
        self._do(b"MO")
        if not self._flag(b"MO?"):
            raise InstrumentError(f"{self.name}: its motor stays off (MO? after MO); look at the interlock")
        self._do(b"VA" + digits(self._asked_velocity_mm_s))
        self._take_velocity(self._read(b"VA?"))

    def _go(self, position_mm: float) -> None:
        self._do(b"PA" + digits(position_mm))

    def _check_end_of_move(self) -> None:
        self._raise_errors("move")

    def _do(self, command: bytes) -> None:
        """Send a command to the axis; InstrumentError with the controller's errors if there are any."""
        self._tell(self._axis + command + b"\r")
        self._raise_errors(command.decode())

    def _raise_errors(self, what: str) -> None:
        if errors := self._errors():
            raise InstrumentError(f"{self.name}: {what}: {'; '.join(errors)}")

    def _errors(self) -> list[str]:
        """Read the error queue out, oldest first: "code, timestamp, MESSAGE" each."""
        errors: list[str] = []
        for _ in range(_QUEUE_DEPTH + 1):
            reply = self._text(b"TB?\r")
            found = _ERROR.fullmatch(reply)
            if found is None:
                raise self._bad_reply(b"TB?\r", reply.encode(), "'code, timestamp, MESSAGE'")
            if int(found[1]) == 0:
                return errors
            errors.append(f"error {int(found[1])}, {found[3].strip()}")
        raise InstrumentError(f"{self.name}: its error queue has no end: {'; '.join(errors)}")

    def _read(self, question: bytes) -> float:
        question = self._axis + question + b"\r"
        return self._number(question, self._ask(question))

    def _flag(self, question: bytes) -> bool:
        question = self._axis + question + b"\r"
        reply = self._ask(question)
        if reply not in (b"0", b"1"):
            raise self._bad_reply(question, reply, "0 or 1")
        return reply == b"1"

    def _text(self, question: bytes) -> str:
        reply = self._ask(question)
        if not reply or not reply.isascii() or not reply.decode().isprintable():
            raise self._bad_reply(question, reply, "plain text")
        return reply.decode()
