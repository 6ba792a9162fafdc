"""Write a run as it goes: each record is bytes, checksum and done mark, in a file laid out before.

A kill at any moment costs at most the record that was being written, a power cut what was not synced. HDF5
is not called while a run goes on: after a kill or on a full disk it promises nothing.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import StorageError
from qdlab.plan import Lab, Plan, Record, Slot
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._places import Places
from qdlab.storage.disk._record import Form, checksum
from qdlab.storage.disk._spill import Write
from qdlab.storage.schema._provenance import Provenance
from qdlab.storage.writing._create import create_file
from qdlab.storage.writing._destination import check_destination
from qdlab.storage.writing._keeper import Keeper, OpenFile, Sleep
from qdlab.storage.writing._log import Log

log = logging.getLogger(__name__)

BEAT_S = 1.0
"""How often there is a sign of life at most: it costs a page on the disk."""

Marks = Mapping[str, NDArray[np.bool_]]
"""Which records of each stream are there."""

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
    that still goes on or that died. Of a run that is resumed, `done` are the records there are already, and
    `log` is what was noted. sync() may be called from another thread than all the rest.
    """

    def __init__(
        self,
        path: Path,
        plan: Plan,
        places: Places,
        *,
        open_file: OpenFile = Bytes,
        sleep: Sleep = time.sleep,
        unix_time_s: Callable[[], float] = time.time,
        done: Marks | None = None,
        log: Log | None = None,
    ) -> None:
        self.path = path
        self._streams = {stream.name: stream for stream in plan.streams}
        self._forms = {name: Form.of(stream) for name, stream in self._streams.items()}
        self._records = {name: places.of_records(name, form.sizes) for name, form in self._forms.items()}
        known = done or {}
        none = {name: np.zeros(stream.shape, dtype=bool) for name, stream in self._streams.items()}
        self._done = none | {name: marks.copy() for name, marks in known.items()}
        self._places = places
        self._keeper = Keeper(path, places.head_bytes, open_file, sleep)
        self._unix_time_s = unix_time_s
        self._last_beat_s = unix_time_s()
        self._log = log or Log()
        self._sweep: tuple[str, tuple[int, ...]] | None = None
        self._has_room = True
        self._keep_for_good(
            "the beginning of the run",
            places.count(schema.PROCESS_ID, os.getpid()),
            self._beat(),
            places.text(schema.REASON, ""),
            places.text(schema.END_TIME, ""),
            places.text(schema.STATUS, schema.RUNNING),
        )

    @property
    def n_done(self) -> int:
        """How many records are there."""
        return sum(int(done.sum()) for done in self._done.values())

    def is_done(self, slot: Slot) -> bool:
        """Tell whether a record is there; StorageError if the plan has no such place."""
        self._row(slot)
        return bool(self._done[slot.stream][slot.index])

    def read(self, slot: Slot) -> Record:
        """Return a record as it was written; StorageError if it is not there, or not whole in the file."""
        if not self.is_done(slot):
            raise StorageError(f"stream {slot.stream!r}: record {slot.index} is not there")
        form, row = self._forms[slot.stream], self._row(slot)
        with self.path.open("rb") as file:
            *parts, crc = self._places.read(file, slot.stream, form.sizes, row)
        if checksum(parts).to_bytes(4, "little") != crc:
            raise StorageError(f"{self.path}: {slot.stream} {slot.index} differs from its checksum")
        return form.decode(parts)

    def write(self, slot: Slot, record: Record) -> None:
        """Keep one record; when this returns, a kill does not lose it, and after sync() no power cut.

        StorageError if the plan has no such slot, if it is taken, if the record does not fit it, or if
        neither the file nor its spill takes it.
        """
        row = self._row(slot)
        if self._done[slot.stream][slot.index]:
            raise StorageError(f"stream {slot.stream!r}: record {slot.index} is written already")
        parts = self._forms[slot.stream].encode(record)
        self._look_for_room(slot, sum(map(len, parts)))
        if abs(self._unix_time_s() - self._last_beat_s) >= BEAT_S:
            self._keeper.hint(self._beat())
        writes = self._records[slot.stream].record(row, parts)
        self._keep(f"{slot.stream} {slot.index}", writes)
        self._done[slot.stream][slot.index] = True

    def sync(self) -> None:
        """Bring all records written so far onto the disk; when this returns, no power cut loses them.

        StorageError if neither the file nor its spill can be brought there; it can be tried again.
        """
        self._sync("what was written last")

    def discard(self, slots: Iterable[Slot]) -> None:
        """Let records count as not done, so that they are measured again; when this returns, for good."""
        there = [slot for slot in slots if self.is_done(slot)]
        marks = [self._places.mark(slot.stream, self._row(slot), done=False) for slot in there]
        if marks:
            self._keep_for_good("that records count no more", *marks)
        for slot in there:
            self._done[slot.stream][slot.index] = False

    def note(self, text: str, date: datetime) -> None:
        """Add a line to the run's log; the first line that finds no room there says so for all."""
        if schema.LOG in self._places:
            start, line = self._log.line(text, date)
            self._keep_for_good("a line of the log", self._places.rest_of_text(schema.LOG, start, line))

    def finish(self, status: EndStatus, reason: str, date: datetime) -> None:
        """Note how, why and when the run ended; the status last, so that it vouches for the rest."""
        self._keep_for_good(
            "the end of the run",
            self._places.count(schema.RECORDS_DONE, self.n_done),
            self._places.text(schema.REASON, reason),
            self._places.text(schema.END_TIME, date.isoformat()),
            self._beat(),
        )
        self._keeper.bring_home()
        self._keep_for_good("the end of the run", self._places.text(schema.STATUS, status))

    def close(self) -> None:
        """Close the file; harmless if closed already."""
        self._keeper.close()

    def __enter__(self) -> RunWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def _row(self, slot: Slot) -> int:
        """Return which row of its stream a record is; StorageError if the plan has no such place."""
        if slot.stream not in self._done:
            raise StorageError(f"the plan of {self.path} has no stream {slot.stream!r}")
        shape = self._done[slot.stream].shape
        try:
            return int(np.ravel_multi_index(slot.index, shape))
        except ValueError:
            missing = f"stream {slot.stream!r} of shape {shape} has no record {slot.index}"
            raise StorageError(missing) from None

    def _keep_for_good(self, what: str, *writes: Write) -> None:
        """Keep what is written seldom, and sync it, with all that was written before."""
        self._keep(what, writes)
        self._sync(what)

    def _keep(self, what: str, writes: Sequence[Write]) -> None:
        try:
            self._keeper.keep(writes)
        except OSError as error:
            raise self._refusal(what, error) from error

    def _sync(self, what: str) -> None:
        try:
            self._keeper.sync()
        except OSError as error:
            raise self._refusal(what, error) from error

    def _refusal(self, what: str, error: OSError) -> StorageError:
        return StorageError(f"{self.path}: {what} is not kept: {error}")

    def _look_for_room(self, slot: Slot, n_bytes: int) -> None:
        """Before each sweep, warn if its records would not find room in a spill, until there is room again.

        A sweep is the records along the last axis. The room of the file itself was reserved before the run.
        """
        sweep = (slot.stream, slot.index[:-1])
        if sweep == self._sweep:
            return
        self._sweep = sweep
        needed = n_bytes * (self._streams[slot.stream].shape[-1] if slot.index else 1)
        with suppress(OSError):
            free = shutil.disk_usage(self.path.parent).free
            if free < needed and self._has_room:
                log.warning(
                    "%s: only %d bytes are free on its disk, no room for a spill of the %d of this sweep",
                    *(self.path, free, needed),
                )
            self._has_room = free >= needed

    def _beat(self) -> Write:
        """Return a sign of life: this computer's time, not the laboratory's, which may be simulated."""
        self._last_beat_s = self._unix_time_s()
        return self._places.beat(self._last_beat_s)
