"""SRS SR475 and SR476 laser shutter heads without a controller (hardware.md 6.3; manual pp. 2-3 to 2-10)."""

from __future__ import annotations

from pydantic import Field

from drivers._line_instrument import LineInstrument, LineOptions
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import Identity, LineSettings, Shutter, Surroundings

_POLL_S = 0.01
_OPEN_IT, _CLOSE_IT, _WHERE, _MODEL, _SERIAL, _STATUS, _ERRORS = b"@", b"A", b"S", b"X", b"Y", b"Z", b"W"
_CLOSED, _OPEN, _BETWEEN = 0, 1, -1
_REPLY_BYTES = 7
_SERIAL_LOCKOUT = 1 << 5
_ERROR_WORDS = {
    0: "serial buffer overflow", 1: "serial syntax error", 2: "serial communications error",
    3: "serial timeout", 5: "temperature fault", 6: "12 V fault", 7: "motor fault", 8: "firmware fault",
    9: "position fault",
}  # fmt: skip


class SrsSr475(LineInstrument, Shutter):
    """A shutter head that is told by single letters, which have no terminator and no answer.

    Every answer has seven bytes, the last of them LF (manual p. 2-4). A letter to open is ignored unless the
    blade is closed, and the other way round, so the letter is sent again if the blade rests at the wrong end;
    neither letter toggles. After a fatal fault the head stands by, its position unknown, until it is reset.
    Not found: the speed of the serial line; 19200 baud is what one public client uses.
    """

    class Options(LineOptions):
        """Options of the shutter."""

        baud_rate: int = Field(19_200, ge=300, le=1_000_000)
        """Speed of the serial line, which is not in the part of the manual we have."""
        travel_s: float = Field(1.0, gt=0.0, le=60.0)
        """How long the blade may take; 1 s after power-on."""

    terminator = b"\n"
    late_s = 0.5

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._travel_s = options.travel_s
        self.line = LineSettings(baud_rate=options.baud_rate)

    @property
    def is_open(self) -> bool:
        """Read back whether light passes; InstrumentStateError if the blade is neither here nor there."""
        state = self._state()
        if state == _BETWEEN:
            raise InstrumentStateError(f"{self.name}: neither open nor closed; {self._trouble()}")
        return state == _OPEN

    def set_open(self, is_open: bool) -> None:
        """Move the blade and wait; InstrumentTimeoutError, with the errors, if it does not arrive."""
        letter, wanted = (_OPEN_IT, _OPEN) if is_open else (_CLOSE_IT, _CLOSED)
        end_s = self._clock.now_s + self._travel_s
        self._tell(letter)
        while (state := self._state()) != wanted:
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: told to {'open' if is_open else 'close'}, but it has not after "
                    f"{self._travel_s:g} s; {self._trouble()}"
                )
            if state != _BETWEEN:
                self._tell(letter)
            self._clock.sleep(_POLL_S)

    def make_safe(self) -> None:
        """Close."""
        self.set_open(False)

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

    def _state(self) -> int:
        reply = self._seven(_WHERE)
        state = self._number(_WHERE, reply)
        if state not in (_CLOSED, _OPEN, _BETWEEN):
            raise self._bad_reply(_WHERE, reply, "1, 0 or -1")
        return int(state)

    def _trouble(self) -> str:
        """Say what the head's error and status words mean."""
        errors, status = (int(self._number(letter, self._seven(letter))) for letter in (_ERRORS, _STATUS))
        words = [word for bit, word in _ERROR_WORDS.items() if errors & 1 << bit]
        words += ["control over the serial line is locked out"] if status & _SERIAL_LOCKOUT else []
        return ", ".join(words) or f"no error reported (status word {status})"
