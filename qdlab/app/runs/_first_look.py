"""The first look at dA, taken while the run goes on: of one point while those before go to the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import numpy as np

from qdlab.analysis import Windows, inside, pairs_to_da
from qdlab.plan import Lab, Plan, Record, Sample, ShotSeries, Slot, TaPoint
from qdlab.run import RunStatus
from qdlab.storage import RunWriter

See = Callable[[Slot, Record], None]
"""Called in the disk's thread with every record once it is kept; must be quick and never raise."""

Watch = Callable[[Plan, Lab], See]
"""Told plan and laboratory as they are on the open bench; returns what sees the records."""

MOST_WAITING, MOST_WAITING_BYTES = 256, 16_000_000
"""Records wait for the disk up to this many and this size together; of larger ones only one."""


def unwatched(plan: Plan, lab: Lab) -> See:
    """Let nobody see the records."""
    return lambda slot, record: None


class FirstLook:
    """A sink before the file: adds dA and its error to every point, with the latest dark level.

    Nothing is corrected but the noise common to all pixels; the reduction starts again from the shots. The
    file is written from a thread of its own, so that disk and processor work at the same time; records that
    come faster than the disk syncs are kept together.
    """

    def __init__(self, file: RunWriter, lab: Lab, sample: Sample, see: See) -> None:
        wavelengths_nm = np.array(lab.wavelengths_nm)
        self._file = file
        self._disk = ThreadPoolExecutor(1, "qdlab-disk")
        self._waiting: deque[tuple[Slot, Record]] = deque()
        self._writing: Future[None] | None = None
        self._failure: Exception | None = None
        self._see = see
        self._saturation_counts = lab.saturation_counts
        self._quiet = inside(wavelengths_nm, sample.quiet_nm)
        band = inside(wavelengths_nm, sample.band_nm).astype(np.float32)
        self._band = Windows.of(band / max(float(band.sum()), 1.0))
        self._dark = np.zeros(len(wavelengths_nm), dtype=np.float32)

    def write(self, slot: Slot, record: Record) -> None:
        """Look at the record and hand it on; raises what went wrong with a record before it.

        Each is seen once it is kept. All are kept when the run has finished, or failed.
        """
        self._take_dark(record)
        looked_at = self._looked_at(record) if isinstance(record, TaPoint) else record
        if self._is_behind(looked_at):
            self._await_disk()
        self._raise_failure()
        self._waiting.append((slot, looked_at))
        self._writing = self._disk.submit(self._keep_waiting)

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
        self._disk.shutdown()
        self._file.close()

    def _is_behind(self, next_one: Record) -> bool:
        """Tell whether a record has to wait until the disk has taken those before it."""
        waiting = [record for _, record in tuple(self._waiting)]
        n_bytes = sum(map(_n_bytes, [*waiting, next_one]))
        return len(waiting) >= MOST_WAITING or n_bytes > MOST_WAITING_BYTES

    def _keep_waiting(self) -> None:
        """Keep all records that wait by now; after a failure none."""
        records = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not records or self._failure is not None:
            return
        try:
            self._file.write_all(records)
        except Exception as error:
            self._failure = error
            return
        for slot, record in records:
            self._see(slot, record)

    def _await_disk(self) -> None:
        """Wait until all records handed on are kept; raise what went wrong."""
        if self._writing is not None:
            self._writing.result()
        self._raise_failure()

    def _raise_failure(self) -> None:
        """Raise what went wrong, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _take_dark(self, record: Record) -> None:
        if isinstance(record, ShotSeries):
            self._dark = record.shots.mean(axis=0, dtype=np.float32)

    def _looked_at(self, point: TaPoint) -> TaPoint:
        seen = pairs_to_da(
            point.shots,
            point.pump_on,
            point.sequence,
            dark=self._dark,
            quiet=self._quiet,
            windows=self._band,
            saturation_counts=self._saturation_counts,
        )
        return replace(point, delta_a=seen.delta_a, delta_a_error=seen.error)


def _n_bytes(record: Record) -> int:
    """Return about how large a record is: nothing but camera shots counts."""
    return record.shots.nbytes if isinstance(record, TaPoint | ShotSeries) else 0
