"""Tell at a glance what a run file holds and how its run ended, without reading the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qdlab.storage import schema
from qdlab.storage.disk._spill import read_patches
from qdlab.storage.reading._file import open_file, unreadable
from qdlab.storage.reading._version_1 import StreamVersion1


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

    `status` is "finished", "stopped", "failed", "running", "recovered from ..." one of these, or "died" if
    the run neither goes on nor says how it ended. Times are ISO 8601, `end_time` empty without an end;
    `last_sign` is the last sign of life, `log` what was noted, a line each, `results` the names of the
    reductions that are kept in the file. `seed` is that of a simulated laboratory, None of a real one.
    `is_spilled` if records are in the spill beside the file.
    """

    path: Path
    title: str
    procedure: str
    sample: str
    bench: str
    operator: str
    seed: int | None
    status: str
    reason: str
    start_time: str
    end_time: str
    last_sign: datetime
    host: str
    log: tuple[str, ...]
    results: tuple[str, ...]
    streams: tuple[StreamInfo, ...]
    n_bytes: int
    schema_version: int
    is_import: bool
    is_spilled: bool

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
        run = file.run
        provenance = run.provenance
        return RunInfo(
            path=path,
            title=run.title,
            procedure=provenance["procedure"],
            sample=provenance.get("sample", {}).get("name", ""),
            bench=provenance.get("bench", {}).get("name", ""),
            operator=provenance.get("operator", ""),
            seed=provenance.get("seed"),
            status=file.status(),
            reason=run.reason,
            start_time=run.start_time,
            end_time=run.end_time,
            last_sign=datetime.fromtimestamp(run.heartbeat_s, UTC),
            host=run.host,
            log=tuple(run.log.splitlines()),
            results=tuple(run.results),
            streams=tuple(map(_stream, run.streams.values())),
            n_bytes=path.stat().st_size,
            schema_version=file.version,
            is_import=schema.IMPORT in provenance,
            is_spilled=bool(read_patches(path)),
        )


def _stream(stream: StreamVersion1) -> StreamInfo:
    done = stream.done()
    return StreamInfo(stream.name, stream.meaning, n_done=int(done.sum()), n_records=done.size)
