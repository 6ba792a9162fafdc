"""The log of a run: lines with a time, appended in place to a text that has its length for ever."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from qdlab.errors import InputError, StorageError
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.reading._file import open_file, unreadable

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


def add_note(path: Path, text: str) -> None:
    """Add a line, with the time of now, to the log of a run that is over.

    InputError if the run goes on, for then it writes the log itself, if the file has no log, or without text;
    StorageError if the file cannot be written.
    """
    with open_file(path) as file, unreadable(path):
        if file.status() == schema.RUNNING:
            raise InputError(f"{path}: the run goes on and writes its log itself; note it when it has ended")
        if schema.LOG not in file.hdf5:
            raise InputError(f"{path}: was made before run files had a log")
        log, start = Log(file.run.log), file.hdf5[schema.LOG].id.get_offset()
    if not text.strip():
        raise InputError("a note needs a text")
    place, line = log.line(text, datetime.now().astimezone())
    try:
        with closing(Bytes(path)) as target:
            target.write(line, start + place)
            target.sync()
    except OSError as error:
        raise StorageError(f"{path}: the note is not kept: {error}") from error
