"""SRS SR475 and SR476 laser shutter heads without a controller (hardware.md 6.3; manual pp. 2-3 to 2-10)."""

from __future__ import annotations

from pydantic import Field

from drivers._polled_shutter import PolledShutter
from qdlab.instruments import Identity

_OPEN_IT, _CLOSE_IT, _WHERE, _MODEL, _SERIAL, _STATUS, _ERRORS = b"@", b"A", b"S", b"X", b"Y", b"Z", b"W"
_BLADE = {0: False, 1: True, -1: None}  # S: closed, open, between
_REPLY_BYTES = 7
_SERIAL_LOCKOUT = 1 << 5
_ERROR_WORDS = {
    0: "serial buffer overflow", 1: "serial syntax error", 2: "serial communications error",
    3: "serial timeout", 5: "temperature fault", 6: "12 V fault", 7: "motor fault", 8: "firmware fault",
    9: "position fault",
}  # fmt: skip


class SrsSr475(PolledShutter):
    """A shutter head that is told by single letters, which have no terminator and no answer.

    Every answer has seven bytes, the last of them LF (manual p. 2-4). A letter to open is ignored unless the
    blade is closed, and the other way round, so the letter is sent again if the blade rests at the wrong end;
    neither letter toggles. After a fatal fault the head stands by, its position unknown, until it is reset.
    Not found: the speed of the serial line; 19200 baud is what one public client uses.
    """

    class Options(PolledShutter.Options):
        """Options of the shutter."""

        baud_rate: int = Field(19_200, ge=300, le=1_000_000)
        """Speed of the serial line, which is not in the part of the manual we have."""
        travel_s: float = Field(1.0, gt=0.0, le=60.0)
        """How long the blade may take; 1 s after power-on."""

    terminator = b"\n"
    late_s = 0.5

    def identify(self) -> Identity:
        """Ask for model and serial number; the firmware is not told."""
        model, serial = self._seven(_MODEL).strip(), self._seven(_SERIAL).strip()
        if model not in (b"SR475", b"SR476"):
            raise self._bad_reply(_MODEL, model, "SR475 or SR476")
        return Identity("Stanford_Research_Systems", model.decode(), serial.decode("ascii", "replace"))

    def _seven(self, letter: bytes) -> bytes:
        """Return the answer to a letter, without its LF."""
        reply = self._ask(letter)
        if len(reply) != _REPLY_BYTES - 1:
            raise self._bad_reply(letter, reply, "six characters and LF")
        return reply

    def _passes(self) -> bool | None:
        reply = self._seven(_WHERE)
        state = self._number(_WHERE, reply)
        if state not in _BLADE:
            raise self._bad_reply(_WHERE, reply, "1, 0 or -1")
        return _BLADE[int(state)]

    def _send_to(self, is_open: bool) -> None:
        self._tell(_OPEN_IT if is_open else _CLOSE_IT)

    def _send_again_to(self, is_open: bool) -> None:
        self._send_to(is_open)

    def _trouble(self) -> str:
        """Say what the head's error and status words mean."""
        errors, status = (int(self._number(letter, self._seven(letter))) for letter in (_ERRORS, _STATUS))
        words = [word for bit, word in _ERROR_WORDS.items() if errors & 1 << bit]
        words += ["control over the serial line is locked out"] if status & _SERIAL_LOCKOUT else []
        return ", ".join(words) or f"no error reported (status word {status})"
