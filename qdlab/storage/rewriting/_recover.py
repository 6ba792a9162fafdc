"""Save what is whole in a run file, whatever became of it, into a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from qdlab.errors import InputError, StorageError
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._overlay import stored_size
from qdlab.storage.disk._places import Places
from qdlab.storage.disk._spill import Write, spill_path
from qdlab.storage.reading._file import RunFile, open_file, unreadable
from qdlab.storage.reading._intact import Index, read_records
from qdlab.storage.rewriting._copy import nodes
from qdlab.storage.writing._create import create_file
from qdlab.storage.writing._destination import check_destination


@dataclass(frozen=True, slots=True)
class RecoveredStream:
    """What was saved of a stream; `damaged` are the records that were marked done and are not whole."""

    name: str
    n_whole: int
    n_records: int
    damaged: tuple[Index, ...]


def recover_run(source: Path, out: Path, *, force: bool = False) -> tuple[RecoveredStream, ...]:
    """Make a run file of all whole records of `source`, which stays as it is, and say what they are.

    Takes a file that was cut short, one whose run died, and one with a spill. InputError, with nothing
    written, if nothing can be saved or `out` cannot be made.
    """
    with _told(), open_file(source, damaged=True) as file, unreadable(source):
        _check_head(file)
        layout = tuple(nodes(file))
        spaces = [node for node in layout if isinstance(node, schema.Space)]
        if out.exists() and out.samefile(source):
            raise InputError(f"{out}: the file to recover is never written to; name another with --out")
        check_destination(out, sum(space.n_bytes for space in spaces), force=force)
        return _write(file, layout, out)


@contextmanager
def _told() -> Iterator[None]:
    """Say what it means that a file cannot be read."""
    try:
        yield
    except InputError as error:
        if error.__cause__ is None:
            raise
        raise InputError(f"{error}; what its records are is lost, nothing can be recovered") from error


def _check_head(file: RunFile) -> None:
    """Raise InputError if the file ends before the first byte that changes while a run goes on."""
    marks = [mark for stream in file.run.streams.values() for mark in (stream.marks, stream.checksums)]
    changing = [
        file.hdf5[path] for path in (s.path for s in schema.run_spaces()) if path in file.hdf5
    ] + marks
    head_bytes = min(item.id.get_offset() for item in changing if item.size)
    n_bytes = file.path.stat().st_size
    if n_bytes < head_bytes:
        raise InputError(
            f"{file.path}: cut off at byte {n_bytes}, within the {head_bytes} bytes of its head; what its "
            "records are is lost, nothing can be recovered"
        )


def _write(file: RunFile, layout: tuple[schema.Node, ...], out: Path) -> tuple[RecoveredStream, ...]:
    """Write under another name first: `out` is whole or not there."""
    unfinished = out.with_name(out.name + ".recovering")
    try:
        places = create_file(unfinished, layout)
        target = Bytes(unfinished)
        try:
            saved = tuple(_write_stream(file, name, places, target) for name in file.run.streams)
            for offset, data in _end(file, places, saved):
                target.write(data, offset)
            target.sync()
        finally:
            target.close()
        if not any(stream.n_whole for stream in saved):
            raise InputError(f"{file.path}: not one whole record is in it, there is nothing to recover")
        unfinished.replace(out)
        spill_path(out).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{out} could not be made: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return saved


def _write_stream(file: RunFile, name: str, places: Places, target: Bytes) -> RecoveredStream:
    stream = file.run.streams[name]
    done = stream.done()
    there, damaged = places.of_records(name, stream.columns), []
    for index, parts in read_records(stream, done):
        if parts is None:
            damaged.append(index)
            continue
        row = int(np.ravel_multi_index(index, done.shape)) if index else 0
        for offset, data in there.record(row, parts):
            target.write(data, offset)
    return RecoveredStream(name, int(done.sum()) - len(damaged), done.size, tuple(damaged))


def _end(file: RunFile, places: Places, saved: tuple[RecoveredStream, ...]) -> Iterator[Write]:
    """Yield what tells of the recovery; the end of the run itself stays what it was."""
    n_whole, n_damaged = sum(s.n_whole for s in saved), sum(len(s.damaged) for s in saved)
    n_cut = max((stored_size(file.path) or 0) - file.path.stat().st_size, 0)
    told = f"{n_whole} whole records of {file.path.name}, {n_damaged} damaged, {n_cut} bytes cut off"
    reason = f"{told}; the run itself: {file.run.reason}" if file.run.reason else told
    yield places.count(schema.RECORDS_DONE, n_whole)
    yield places.beat(file.run.heartbeat_s)
    yield places.text(schema.REASON, f"{reason}; recovered {datetime.now().astimezone().isoformat()}")
    yield places.text(schema.END_TIME, file.run.end_time)
    yield places.text(schema.LOG, file.run.log)
    yield places.text(
        schema.STATUS, f"{schema.RECOVERED} {file.status().removeprefix(schema.RECOVERED).strip()}"
    )
