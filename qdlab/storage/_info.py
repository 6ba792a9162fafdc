"""Tell at a glance what a run file holds and how its run ended, without reading the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np

from qdlab.storage import schema
from qdlab.storage._file import open_file, read_provenance, read_status, read_text, stream_groups, unreadable


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """How much of a stream is there."""

    name: str
    meaning: str
    n_done: int
    n_records: int


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run file says about itself.

    `status` is "finished", "stopped", "failed", "running", or "died" if the run neither goes on nor says
    how it ended. Times are ISO 8601, `end_time` empty without an end; `last_sign` is the last sign of life.
    """

    path: Path
    title: str
    procedure: str
    status: str
    reason: str
    start_time: str
    end_time: str
    last_sign: datetime
    host: str
    streams: tuple[StreamInfo, ...]
    n_bytes: int
    schema_version: int
    is_import: bool

    @property
    def n_done(self) -> int:
        """How many records are there."""
        return sum(stream.n_done for stream in self.streams)

    @property
    def n_records(self) -> int:
        """How many records the plan has."""
        return sum(stream.n_records for stream in self.streams)


def inspect_run(path: str | Path) -> RunInfo:
    """Return what a run file says about itself; InputError if it is not one."""
    path = Path(path)
    with open_file(path) as file, unreadable(path):
        provenance = read_provenance(file)
        return RunInfo(
            path=path,
            title=read_text(file, schema.TITLE),
            procedure=provenance["procedure"],
            status=read_status(file),
            reason=read_text(file, schema.REASON),
            start_time=read_text(file, schema.START_TIME),
            end_time=read_text(file, schema.END_TIME),
            last_sign=datetime.fromtimestamp(float(file[schema.HEARTBEAT][()]), UTC),
            host=read_text(file, schema.HOST),
            streams=tuple(_stream(name, group) for name, group in stream_groups(file).items()),
            n_bytes=path.stat().st_size,
            schema_version=int(file.attrs[schema.VERSION_KEY]),
            is_import=schema.IMPORT in provenance,
        )


def _stream(name: str, group: h5py.Group) -> StreamInfo:
    done = np.asarray(group[schema.DONE])
    meaning = read_text(group, schema.STREAM_TITLE)
    return StreamInfo(name, meaning, n_done=int((done == 1).sum()), n_records=done.size)
