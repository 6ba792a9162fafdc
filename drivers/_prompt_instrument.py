r"""Thorlabs controllers that echo what they are told, answer on the next line, and end with a prompt.

    freq?\r  ->  "freq?\r500\r> "        freq=500\r  ->  "freq=500\r> "        (hardware.md 3.1, 6.3)

Some send the prompt without its space: a reply ends with the ">" here, and a space in front of the next echo
is taken for the rest of the last prompt.
"""

from __future__ import annotations

from drivers._line_instrument import LineInstrument
from qdlab.errors import InstrumentStateError


class PromptInstrument(LineInstrument):
    """An instrument of keywords: `keyword?` asks, `keyword=value` sets, a bare keyword acts."""

    terminator = b"\r>"

    def _command(self, command: str) -> bytes:
        """Send a command and return its answer, empty if it has none.

        BadReplyError unless the echo is right and there is one line of answer to a question and none else;
        InstrumentStateError with the instrument's own words if it reports an error.
        """
        question = command.encode("ascii") + b"\r"
        reply = self._ask(question)
        echo, *lines = reply.split(b"\r")
        if any(b"error" in line.lower() for line in lines):
            said = b" ".join(lines).decode("ascii", "backslashreplace")
            raise InstrumentStateError(f"{self.name}: told {command!r}, answered {said!r}")
        if echo.lstrip(b" ") != question[:-1] or len(lines) != command.endswith("?"):
            raise self._bad_reply(question, reply, "the echo, then the answer if there is one")
        return lines[0] if lines else b""

    def _value(self, key: str) -> float:
        """Return the number that a keyword stands for."""
        return self._number(key.encode("ascii") + b"?", self._command(f"{key}?"))

    def _flag(self, key: str) -> bool:
        """Return what a keyword of 0 or 1 stands for."""
        reply = self._command(f"{key}?")
        if reply not in (b"0", b"1"):
            raise self._bad_reply(key.encode("ascii") + b"?", reply, "0 or 1")
        return reply == b"1"

    def _set(self, key: str, value: int) -> None:
        """Set a keyword and read it back; InstrumentStateError if the instrument kept something else."""
        self._command(f"{key}={value}")
        kept = self._value(key)
        if kept != value:
            raise InstrumentStateError(f"{self.name}: {key} set to {value}, but it reads back {kept:g}")
