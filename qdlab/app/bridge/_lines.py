"""The line protocol's codec: bytes to lines, lines to keyword and parameters, values to text. No I/O."""

from __future__ import annotations

import re

from qdlab.errors import (
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    QdlabError,
)

LONGEST_LINE = 4096
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_SWITCH = {"1": True, "ON": True, "0": False, "OFF": False}
_QUEUE_DEPTH = 10


class RefusedError(Exception):
    """A line that is not understood, or not allowed; with its code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class LineBuffer:
    """Cuts a stream of bytes into lines, whatever its pieces; None stands for one that was too long."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes | None]:
        """Return the lines that are complete by now, without their ends."""
        *lines, rest = (bytes(self._bytes) + data).split(b"\n")
        done: list[bytes | None] = [line if len(line) <= LONGEST_LINE else None for line in lines]
        if self._skipping and done:
            self._skipping, done[0] = False, None
        if len(rest) > LONGEST_LINE:
            self._skipping, rest = True, b""
        self._bytes = bytearray(b"" if self._skipping else rest)
        return done


def parse(line: bytes) -> tuple[str, list[str]]:
    """Return keyword (in capitals) and parameters of a line; an empty keyword for an empty line."""
    try:
        text = line.decode("ascii").strip()
    except UnicodeDecodeError:
        raise RefusedError(-100, f"not ASCII: {line!r}") from None
    keyword, _, rest = text.partition(" ")
    return keyword.upper(), [item.strip() for item in rest.split(",")] if rest.strip() else []


def number(text: str) -> float:
    """Return a finite number."""
    value = float(text) if _NUMBER.fullmatch(text) else float("inf")
    if abs(value) == float("inf"):
        raise RefusedError(-104, f"{text!r} is not a number")
    return value


def whole(text: str) -> int:
    """Return a number of things."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RefusedError(-104, f"{text!r} is not a whole number")
    return int(text)


def switch(text: str) -> bool:
    """Return whether something is to be on."""
    if text.upper() not in _SWITCH:
        raise RefusedError(-104, f"{text!r} is neither 1 (ON) nor 0 (OFF)")
    return _SWITCH[text.upper()]


def field(text: str) -> str:
    """Return a text without what would end a field or a line."""
    return printable(text).replace(",", " ")


def printable(text: str) -> str:
    """Return a text in printable ASCII."""
    one_line = "; ".join(text.splitlines())
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in one_line)


def error_code(error: Exception) -> int:
    """Return the code that says what kind of thing went wrong."""
    match error:
        case RefusedError():
            return error.code
        case LimitError():
            return -222
        case InstrumentStateError():
            return -221
        case InstrumentTimeoutError():
            return -365
        case QdlabError() | Exception():
            return -240


class ErrorQueue:
    """The ten oldest errors not yet asked for."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, str]] = []

    def add(self, error: Exception) -> None:
        """Keep an error."""
        self._entries.append((error_code(error), str(error)))
        if len(self._entries) > _QUEUE_DEPTH:
            self._entries[_QUEUE_DEPTH - 1 :] = [(-350, "queue overflow")]

    def take(self) -> str:
        """Return the oldest error as a line, and forget it."""
        code, text = self._entries.pop(0) if self._entries else (0, "No error")
        quoted = printable(text).replace('"', '""')
        return f'{code},"{quoted}"'
