"""The log of a run: lines with a time, appended in place to a text that has its length for ever."""

from __future__ import annotations

from datetime import datetime

from qdlab.storage import schema

LAST_BYTES = 64
"""Kept for the line that says how many found no room."""

LEFT_OUT = "lines left out for lack of room: "


class Log:
    """Where the next line goes, after `text`."""

    def __init__(self, text: str = "") -> None:
        kept, is_full, number = text.rpartition(LEFT_OUT)
        self._end = len((kept if is_full else text).encode())
        self._n_left_out = int(number) if is_full and number.strip().isdigit() else 0

    def line(self, text: str, date: datetime) -> tuple[int, bytes]:
        """Return where a line begins in the log, and its bytes; without room, one that says so."""
        told = f"{date.isoformat(timespec='seconds')} {' '.join(text.split())}\n".encode(errors="replace")
        start = self._end
        if self._n_left_out or start + len(told) > schema.TEXT_BYTES[schema.LOG] - LAST_BYTES:
            self._n_left_out += 1
            return start, f"{LEFT_OUT}{self._n_left_out}\n".encode()
        self._end += len(told)
        return start, told
