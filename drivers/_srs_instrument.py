"""Stanford Research Systems instruments of four-letter commands: whole numbers, and a queue of errors."""

from __future__ import annotations

import re

from drivers._line_instrument import LineInstrument
from qdlab.errors import InstrumentStateError
from qdlab.instruments import Identity

_QUEUE_LENGTH = 20  # SR470 manual p. 2-14
_WHOLE = re.compile(rb"-?[0-9]{1,6}")


class SrsInstrument(LineInstrument):
    """An instrument whose commands end with LF, and which keeps what it could not do for `LERR?`."""

    late_s = 0.5

    def _query(self, question: str) -> bytes:
        return self._ask(question.encode("ascii") + b"\n")

    def _whole(self, question: str) -> int:
        """Return the whole number that answers a question."""
        reply = self._query(question)
        if not _WHOLE.fullmatch(reply):
            raise self._bad_reply(question.encode("ascii"), reply, "a whole number")
        return int(reply)

    def _do(self, command: str) -> None:
        """Carry a command out; InstrumentStateError with the error numbers if the instrument refuses."""
        self._tell(command.encode("ascii") + b"\n")
        if errors := self._errors():
            numbers = ", ".join(map(str, errors))
            raise InstrumentStateError(
                f"{self.name}: told {command!r}, reports error {numbers} (manual, Error Codes)"
            )

    def _errors(self) -> list[int]:
        """Empty the queue of errors, oldest first."""
        errors: list[int] = []
        while len(errors) < _QUEUE_LENGTH and (error := self._whole("LERR?")) != 0:
            errors.append(error)
        return errors

    def identify(self) -> Identity:
        """Ask for maker, model, serial number and firmware."""
        return self._identity(b"*IDN?", self._query("*IDN?"))
