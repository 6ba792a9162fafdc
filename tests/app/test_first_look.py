"""The first look: dA is in what is kept and seen, and a record that cannot be kept ends the run."""

import threading
from concurrent.futures import wait
from datetime import UTC, datetime

import numpy as np
import pytest

from qdlab.app.config import load_bench, load_recipe
from qdlab.app.runs import FirstLook
from qdlab.app.runs._first_look import LARGE_BYTES
from qdlab.errors import StorageError
from qdlab.plan import PumpPower, ShotSeries, Slot, TaPoint

DATE = datetime(2021, 1, 1, tzinfo=UTC)
N_SHOTS = 20


class File:
    """Keeps records in memory, once it is free; takes no more after `room` of them, or no sync."""

    def __init__(self, room=100, syncs=True):
        self.kept, self.end, self.is_closed, self.room = [], None, False, room
        self.n_synced, self.syncs, self.is_synced = 0, syncs, threading.Event()
        self.is_busy, self.is_free = threading.Event(), threading.Event()
        self.is_free.set()

    def write(self, slot, record):
        self.is_busy.set()
        assert self.is_free.wait(10.0)
        if len(self.kept) == self.room:
            raise StorageError(f"{slot.stream} {slot.index} is not kept: no space left on device")
        self.kept.append(record)

    def sync(self):
        if not self.syncs:
            raise StorageError("what was written last is not kept: input/output error")
        self.n_synced = len(self.kept)
        self.is_synced.set()

    def finish(self, status, reason, date):
        self.end = (status, reason)

    def close(self):
        self.is_closed = True


@pytest.fixture(scope="module")
def lab():
    return load_bench("paper_sim").bench.describe()


def point(lab, n_shots=N_SHOTS):
    n_px = len(lab.wavelengths_nm)
    on = np.arange(n_shots) % 2 == 0
    shots = np.where(on[:, np.newaxis], 9_100, 10_100) * np.ones(n_px)
    unknown = np.full(n_px, np.nan)
    sequence = np.arange(n_shots, dtype=np.uint64)
    return TaPoint(0.0, 0.0, 0.0, 0.0, shots.astype(np.uint16), on, sequence, unknown, unknown)


def looking(lab, file, seen):
    sample = load_recipe("quick").experiment.plan(lab).sample
    return FirstLook(file, lab, sample, lambda slot, record: seen.append((slot, record)))


def test_what_is_kept_and_seen_has_da_by_the_latest_dark_level(lab):
    file, seen = File(), []
    look = looking(lab, file, seen)
    dark = np.full((4, len(lab.wavelengths_nm)), 100, dtype=np.uint16)
    look.write(Slot("ta_dark", (0,)), ShotSeries(0.0, dark))
    for k in range(3):
        look.write(Slot("ta", (k,)), point(lab))
    look.finish("finished", "", DATE)
    look.close()
    assert [slot.index for slot, _ in seen] == [(0,), (0,), (1,), (2,)]
    assert [record for _, record in seen] == file.kept
    # All pixels change alike, so what they have in common is everything.
    np.testing.assert_allclose(file.kept[-1].delta_a, 0.0, atol=1e-6)
    assert file.end == ("finished", "")
    assert file.is_closed


def large_point(lab):
    return point(lab, n_shots=LARGE_BYTES // (2 * len(lab.wavelengths_nm)) + 1)


def test_a_large_record_is_looked_at_while_the_one_before_is_written(lab):
    file, seen = File(), []
    file.is_free.clear()
    look = looking(lab, file, seen)
    look.write(Slot("ta", (0,)), large_point(lab))
    assert file.is_busy.wait(10.0)
    assert seen == []
    file.is_free.set()
    look.finish("finished", "", DATE)
    look.close()
    assert [slot.index for slot, _ in seen] == [(0,)]


def test_a_small_record_is_kept_when_it_is_handed_over_and_those_before_it_are(lab):
    file, seen = File(), []
    look = looking(lab, file, seen)
    for k in range(4):
        look.write(Slot("ta", (k,)), large_point(lab) if k < 2 else point(lab))
        assert len(file.kept) >= (k if k < 2 else k + 1)
    assert [slot.index for slot, _ in seen] == [(k,) for k in range(4)]
    look.close()


@pytest.mark.parametrize("make", [point, large_point])
def test_what_was_written_is_synced_soon_without_another_record(lab, make):
    file = File()
    look = looking(lab, file, [])
    look.write(Slot("ta", (0,)), make(lab))
    assert file.is_synced.wait(10.0)
    assert file.n_synced == 1
    look.close()


def test_a_large_record_that_is_not_kept_is_told_at_the_next_one(lab):
    file, seen = File(room=1), []
    look = looking(lab, file, seen)
    large = large_point(lab)
    look.write(Slot("ta", (0,)), large)
    look.write(Slot("ta", (1,)), large)
    with pytest.raises(StorageError, match="no space left"):
        look.write(Slot("ta", (2,)), large)
    look.close()
    assert len(seen) == len(file.kept) == 1


def test_a_small_record_that_is_not_kept_is_told_at_once(lab):
    file = File(room=1)
    look = looking(lab, file, [])
    look.write(Slot("ta", (0,)), point(lab))
    with pytest.raises(StorageError, match="no space left"):
        look.write(Slot("ta", (1,)), point(lab))
    look.finish("failed", "the run's reason", DATE)
    assert file.end == ("failed", "the run's reason")
    look.close()


def test_a_sync_that_fails_is_told_at_a_later_record(lab):
    look = looking(lab, File(syncs=False), [])
    look.write(Slot("dark", (0,)), PumpPower(0.0, 1.0, 1e-6, 1e-9))
    assert wait([look._syncing], timeout=10.0).done
    with pytest.raises(StorageError, match="what was written last is not kept"):
        look.write(Slot("dark", (1,)), PumpPower(0.0, 1.0, 1e-6, 1e-9))
    look.close()


def test_a_last_record_that_is_not_kept_makes_the_run_a_failure(lab):
    file = File(room=0)
    look = looking(lab, file, [])
    look.write(Slot("ta", (0,)), large_point(lab))
    with pytest.raises(StorageError, match="no space left"):
        look.finish("finished", "", DATE)
    look.close()
    assert file.end == ("failed", "ta (0,) is not kept: no space left on device")
