"""Write a run as it goes: each record is bytes, checksum, done mark and sync, in a file laid out before.

A kill or a power cut at any moment costs at most the record that was being written. HDF5 is not called
while a run goes on: after a kill or on a full disk it promises nothing.
"""

from __future__ import annotations

import os
import struct
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np

from qdlab.errors import StorageError
from qdlab.plan import Lab, Plan, Record, Slot, Stream, columns
from qdlab.storage import schema
from qdlab.storage._bytes import Buffer, Bytes
from qdlab.storage._create import Offsets, create_file
from qdlab.storage._destination import check_destination
from qdlab.storage._provenance import Provenance
from qdlab.storage._record import checksum, encode

EndStatus = Literal["finished", "stopped", "failed"]


def create_run(
    path: Path, plan: Plan, lab: Lab | None, provenance: Provenance, *, force: bool = False
) -> RunWriter:
    """Make the file of a run and return what writes into it.

    InputError, with nothing created, if the path exists (and not `force`) or the disk is too full;
    StorageError if the file cannot be made. An old file is replaced only by a complete new one.
    """
    check_destination(path, plan.n_bytes, force=force)
    return RunWriter(path, plan, create_file(path, schema.layout(plan, lab, provenance)))


class RunWriter:
    """The open file of one run; a context manager that closes it.

    Closing does not say how the run ended: finish() does. A file that was never finished belongs to a run
    that still goes on or that died.
    """

    def __init__(self, path: Path, plan: Plan, offsets: Offsets) -> None:
        self.path = path
        self._streams = {stream.name: stream for stream in plan.streams}
        self._done = {stream.name: np.zeros(stream.shape, dtype=bool) for stream in plan.streams}
        self._offsets = offsets
        self._file = Bytes(path)
        self._put(schema.PROCESS_ID, struct.pack("<Q", os.getpid()))
        self._beat()
        self._put_text(schema.STATUS, schema.RUNNING)
        self._file.sync()

    def write(self, slot: Slot, record: Record) -> None:
        """Keep one record; when this returns, neither a kill nor a power cut loses it.

        StorageError if the plan has no such slot, if it is taken, if the record does not fit it, or if
        the disk fails.
        """
        stream = self._stream(slot)
        if self._done[slot.stream][slot.index]:
            raise StorageError(f"stream {slot.stream!r}: record {slot.index} is written already")
        parts = encode(stream, record)
        try:
            self._write(stream, slot.index, parts)
        except OSError as error:
            raise StorageError(f"{self.path}: {slot.stream} {slot.index} is not kept: {error}") from error
        self._done[slot.stream][slot.index] = True

    def finish(self, status: EndStatus, reason: str, date: datetime) -> None:
        """Note how, why and when the run ended; the status last, so that it vouches for the rest."""
        n_done = sum(int(done.sum()) for done in self._done.values())
        try:
            self._put(schema.RECORDS_DONE, struct.pack("<Q", n_done))
            self._put_text(schema.REASON, reason)
            self._put_text(schema.END_TIME, date.isoformat())
            self._beat()
            self._file.sync()
            self._put_text(schema.STATUS, status)
            self._file.sync()
        except OSError as error:
            raise StorageError(f"{self.path}: the end of the run is not noted: {error}") from error

    def close(self) -> None:
        """Close the file; harmless if closed already."""
        self._file.close()

    def __enter__(self) -> RunWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def _stream(self, slot: Slot) -> Stream:
        """Return the stream of a slot, or raise StorageError if the plan has no such place."""
        try:
            stream = self._streams[slot.stream]
            stream.slot(*slot.index)
        except KeyError:
            raise StorageError(f"the plan of {self.path} has no stream {slot.stream!r}") from None
        except IndexError as error:
            raise StorageError(str(error)) from None
        return stream

    def _write(self, stream: Stream, index: tuple[int, ...], parts: list[memoryview]) -> None:
        """Write the bytes, then what vouches for them, then the mark that they count."""
        row = int(np.ravel_multi_index(index, stream.shape)) if index else 0
        for item, part in zip(columns(stream.record), parts, strict=True):
            self._put(schema.stream_path(stream.name, item.name), part, row)
        self._put(schema.stream_path(stream.name, schema.CHECKSUM), struct.pack("<I", checksum(parts)), row)
        self._beat()
        self._put(schema.stream_path(stream.name, schema.DONE), b"\x01", row)
        self._file.sync()

    def _beat(self) -> None:
        """Leave a sign of life: this computer's time, not the laboratory's, which may be simulated."""
        self._put(schema.HEARTBEAT, struct.pack("<d", time.time()))

    def _put_text(self, path: str, text: str) -> None:
        self._put(path, schema.fixed_text(path, text))

    def _put(self, path: str, data: Buffer, row: int = 0) -> None:
        """Overwrite row `row` of the dataset at `path`, whose rows are as long as `data`."""
        self._file.write(data, self._offsets[path] + row * len(data))
