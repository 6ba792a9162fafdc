"""Go on with a run that ended or died: the same file, its whole records kept bit for bit."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from qdlab.errors import InputError, StorageError
from qdlab.plan import Plan, Stream, columns
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._places import Places
from qdlab.storage.disk._spill import Write, read_patches, spill_path
from qdlab.storage.reading._file import RunFile, open_file, unreadable
from qdlab.storage.reading._intact import intact
from qdlab.storage.reading._version_1 import StreamVersion1, read_whole
from qdlab.storage.writing._log import Log
from qdlab.storage.writing._writer import RunWriter

RESUMABLE = (schema.DIED, "stopped", "failed")


def check_resumable(path: Path, plan: Plan) -> None:
    """Raise InputError unless reopen_run() would take the file with this plan, as far as it shows by now.

    The axes of instruments that are not open yet are not compared.
    """
    with open_file(path) as file, unreadable(path):
        if reasons := tuple(_reasons(file, plan)):
            raise InputError(*reasons)


def reopen_run(path: Path, plan: Plan) -> RunWriter:
    """Open the file of a run that did not finish, to measure what is missing, and return what writes into it.

    Records that are there and whole stay as they are; what differs from its checksum counts as not done. A
    spill is brought home first. InputError, with nothing changed, if the run goes on or has finished, if the
    file is of another plan, packed or cut short; StorageError if it cannot be written.
    """
    with open_file(path) as file, unreadable(path):
        if problems := tuple(_problems(file, plan)):
            raise InputError(*problems)
        places = _places(file)
        marked = {name: stream.done() for name, stream in file.run.streams.items()}
        done = {name: intact(stream, marked[name]) for name, stream in file.run.streams.items()}
        log, ended = Log(file.run.log), _how_it_ended(file)
    changes = [
        places.mark(name, row, done=False)
        for name in done
        for row in np.flatnonzero(marked[name] & ~done[name]).tolist()
    ]
    if schema.LOG in places:
        changes.append(places.rest_of_text(schema.LOG, *log.line(ended, datetime.now().astimezone())))
    try:
        _bring_home(path, changes)
        return RunWriter(path, plan, places, done=done, log=log)
    except OSError as error:
        raise StorageError(f"{path}: the run cannot be resumed: {error}") from error


def _problems(file: RunFile, plan: Plan) -> Iterator[str]:
    """Yield why a run cannot be resumed with a plan; where one reason explains others, it alone."""
    reasons = list(_reasons(file, plan))
    yield from reasons
    if not reasons:
        for stream in plan.streams:
            there = file.run.streams[stream.name]
            yield from (f"{file.path}: {stream.name}: {what}" for what in _differences(there, stream))


def _reasons(file: RunFile, plan: Plan) -> Iterator[str]:
    """Yield the reason that can be told before the instruments are open, if there is one."""
    path, status = file.path, file.status().removeprefix(schema.RECOVERED).strip()
    if status not in RESUMABLE:
        yield f"{path}: the run is {status}; only one that stopped, failed or died can be resumed"
    elif any(item.chunks for stream in file.run.streams.values() for item in stream.columns.values()):
        yield f"{path}: is packed; only a file as the run left it can be resumed"
    elif file.run.provenance["plan_digest"] != plan.digest:
        yield f"{path}: was measured by another plan; resume it with the recipe and bench that are in it"
    elif list(file.run.streams) != [stream.name for stream in plan.streams]:
        yield f"{path}: has the streams {', '.join(file.run.streams)}, not those of the plan"


def _differences(there: StreamVersion1, stream: Stream) -> Iterator[str]:
    """Yield in what a stream of the file differs from that of the plan."""
    items = columns(stream.record)
    wanted = {
        item.name: (schema.column_dtype(item), stream.shape + schema.row_shape(stream, item))
        for item in items
    }
    found = {name: (item.dtype, item.shape) for name, item in there.columns.items()}
    if list(found.items()) != list(wanted.items()):
        yield "its columns are not those that this qdlab, or these instruments, would write"
    for name, axis in schema.stream_axes(stream).items():
        values = read_whole(there.axes[name]) if name in there.axes else None
        if values is None or not np.array_equal(values, axis.values, equal_nan=True):
            yield f"the values of {name} are not those of the plan on this bench"


def _places(file: RunFile) -> Places:
    """Return where everything lies that is overwritten."""
    items = [file.hdf5[space.path] for space in schema.run_spaces() if space.path in file.hdf5]
    for stream in file.run.streams.values():
        items += [*stream.columns.values(), stream.checksums, stream.marks]
    return Places({item.name.lstrip("/"): item.id.get_offset() for item in items if item.size})


def _how_it_ended(file: RunFile) -> str:
    """Return what the file will no longer say itself once the run goes on."""
    end = f"{file.status()} {file.run.end_time}".strip()
    told = f"{end}: {file.run.reason}" if file.run.reason else end
    return f"resumed on {platform.node()} with qdlab {version('qdlab')}; before that {told}"


def _bring_home(path: Path, changes: Sequence[Write]) -> None:
    """Write a spill, then `changes`, into the file; once they are on the disk, the spill goes."""
    patches, spill = read_patches(path), spill_path(path)
    with closing(Bytes(path)) as target:
        if patches:
            with spill.open("rb") as source:
                for patch in patches:
                    source.seek(patch.source)
                    target.write(source.read(patch.n_bytes), patch.offset)
        for offset, data in changes:
            target.write(data, offset)
        target.sync()
    spill.unlink(missing_ok=True)
