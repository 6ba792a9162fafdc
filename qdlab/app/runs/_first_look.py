"""The first look at dA, taken while the run goes on: of one point while the one before goes to the disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import numpy as np

from qdlab.analysis import Camera, pairs_to_da
from qdlab.plan import Lab, Plan, Record, Sample, ShotSeries, Slot, TaPoint
from qdlab.run import RunStatus
from qdlab.storage import RunWriter

See = Callable[[Slot, Record], None]
"""Called with every record once it is kept, in the thread that wrote it; must be quick and never raise."""

Watch = Callable[[Plan, Lab], See]
"""Told plan and laboratory as they are on the open bench; returns what sees the records."""

LARGE_BYTES = 1_000_000
"""A record from here on takes longer to write than to hand over to another thread."""

SYNC_AFTER_S = 0.005
"""How long the first unsynced record waits for others: a disk that syncs for each small one wears."""


def unwatched(plan: Plan, lab: Lab) -> See:
    """Let nobody see the records."""
    return lambda slot, record: None


class FirstLook:
    """A sink before the file: adds dA and its error to every point, with the latest dark level.

    Nothing is corrected but the noise common to all pixels; the reduction starts again from the shots. Large
    records are written from a thread of their own, while the next one is looked at. Another one syncs, some
    ms after a record was written, all that is written by then.
    """

    def __init__(self, file: RunWriter, lab: Lab, sample: Sample, see: See) -> None:
        self._file = file
        self._writer, self._syncer = (
            ThreadPoolExecutor(1, "qdlab-writer"),
            ThreadPoolExecutor(1, "qdlab-sync"),
        )
        self._writing: Future[None] | None = None
        self._syncing: Future[None] | None = None
        self._sync_is_due = False
        self._see = see
        self._camera = Camera.of(
            np.array(lab.wavelengths_nm), sample.band_nm, sample.quiet_nm, lab.saturation_counts
        )

    def write(self, slot: Slot, record: Record) -> None:
        """Look at the record and keep it; raises what went wrong with a record before it.

        A large one is kept when the next one is; all are when the run has finished, or failed.
        """
        self._take_dark(record)
        looked_at = self._looked_at(record) if isinstance(record, TaPoint) else record
        self._await_disk()
        if _is_large(record):
            self._writing = self._writer.submit(self._keep, slot, looked_at)
        else:
            self._keep(slot, looked_at)

    @property
    def n_done(self) -> int:
        """How many records are in the file."""
        return self._file.n_done

    def is_done(self, slot: Slot) -> bool:
        """Tell whether a record is in the file."""
        return self._file.is_done(slot)

    def read(self, slot: Slot) -> Record:
        """Return a record of the file; a dark level among them is the latest again."""
        record = self._file.read(slot)
        self._take_dark(record)
        return record

    def discard(self, slots: Iterable[Slot]) -> None:
        """Let records count as not there."""
        self._file.discard(slots)

    def note(self, text: str, date: datetime) -> None:
        """Add a line to the file's log, after the record before it."""
        self._await_disk()
        self._file.note(text, date)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        """Hand on how the run ended; a last record that could not be kept is a failure of the run."""
        try:
            self._await_disk()
        except Exception as error:
            self._file.finish("failed", "\n".join(filter(None, [reason, str(error)])), date)
            raise
        self._file.finish(status, reason, date)

    def close(self) -> None:
        """Close the file."""
        self._writer.shutdown()
        self._syncer.shutdown()
        self._file.close()

    def _keep(self, slot: Slot, record: Record) -> None:
        self._file.write(slot, record)
        if not self._sync_is_due:
            self._sync_is_due = True
            self._syncing = self._syncer.submit(self._sync_soon)
        self._see(slot, record)

    def _sync_soon(self) -> None:
        time.sleep(SYNC_AFTER_S)
        self._sync_is_due = False
        self._file.sync()

    def _await_disk(self) -> None:
        """Wait until the record handed over is kept; raise what went wrong, once, also with a sync."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()
        if self._syncing is not None and self._syncing.done():
            syncing, self._syncing = self._syncing, None
            syncing.result()

    def _take_dark(self, record: Record) -> None:
        if isinstance(record, ShotSeries):
            self._camera = self._camera.darkened(record.shots.mean(axis=0, dtype=np.float32))

    def _looked_at(self, point: TaPoint) -> TaPoint:
        seen = pairs_to_da(point.shots, point.pump_on, point.sequence, self._camera)
        return replace(point, delta_a=seen.delta_a, delta_a_error=seen.error)


def _is_large(record: Record) -> bool:
    return isinstance(record, TaPoint | ShotSeries) and record.shots.nbytes >= LARGE_BYTES
