"""Whatever ends a run, and wherever: no acknowledged record is lost, and no wrong one is shown as good.

QDLAB_FAULTS=full tries every state; else a seeded sample, small enough for every day.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import h5py
import numpy as np
import pytest
from disk import Deed, Disk, Synced, Written
from judge import check
from storage_cases import END, make_plan, make_record, slots

from qdlab.errors import StorageError
from qdlab.plan import Plan, Slot
from qdlab.storage import RunWriter, inspect_run, verify_run
from qdlab.storage.disk._spill import spill_path

FULL = os.environ.get("QDLAB_FAULTS") == "full"
PAGE = 4096
PLAN = make_plan()
SLOTS = list(slots(PLAN))
RUN = "run.h5"


@dataclass
class History:
    """Everything a run did to its disk, and when each record was acknowledged."""

    start: bytes = b""
    deeds: list[Deed] = field(default_factory=list)
    acknowledged: list[tuple[int, Slot]] = field(default_factory=list)
    together: int = 1
    """How many records wait for a sync at most."""

    def acknowledged_after(self, n_deeds: int) -> list[Slot]:
        return [slot for when, slot in self.acknowledged if when <= n_deeds]


@pytest.fixture(autouse=True)
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process that wrote be gone: a run that did not end has died."""
    monkeypatch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)


@pytest.fixture(params=["all is well", "file fails in between", "five share a sync", "writes while it syncs"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    """A whole run, in which the file takes nothing for a while, or records share syncs, or come meanwhile."""
    (tmp_path / "made").mkdir()
    path = tmp_path / "made" / RUN
    match request.param:
        case "writes while it syncs":
            return record_overlapping(path)
        case "five share a sync":
            return record_history(path, fails=False, together=5)
        case how:
            return record_history(path, fails=how.startswith("file"))


def only_the_file(name: str) -> bool:
    return name == RUN


def nothing(_: str) -> bool:
    return False


def record_history(path: Path, *, fails: bool, together: int = 1) -> History:
    history, disk = History(together=together), Disk()
    with disk.writer(path, PLAN) as writer:
        disk.deeds.clear()
        history.start = path.read_bytes()
        for number in range(0, len(SLOTS), together):
            disk.time_s += 0.4
            disk.fails = only_the_file if fails and number in range(10, 30) else nothing
            some = SLOTS[number : number + together]
            for slot in some:
                write(writer, slot)
            writer.sync()
            history.acknowledged += [(len(disk.deeds), slot) for slot in some]
        writer.finish("finished", "all of it", END)
    history.deeds = disk.deeds
    return history


def record_overlapping(path: Path) -> History:
    """Let two records be written while each sync goes on, as from another thread; it vouches for neither."""
    history, disk, unsynced = History(together=4), Disk(), list[Slot]()
    left = iter(SLOTS)

    def write_next() -> None:
        for slot in islice(left, 2):
            write(writer, slot)
            unsynced.append(slot)

    with disk.writer(path, PLAN) as writer:
        disk.deeds.clear()
        history.start, disk.meanwhile = path.read_bytes(), write_next
        write_next()
        while unsynced:
            synced = unsynced.copy()
            writer.sync()
            history.acknowledged += [(len(disk.deeds), slot) for slot in synced]
            del unsynced[: len(synced)]
        writer.finish("finished", "all of it", END)
    assert len(history.acknowledged) == len(SLOTS)
    history.deeds = disk.deeds
    return history


def write(writer: RunWriter, slot: Slot) -> None:
    writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))


class Files:
    """The contents of a run file and its spill, to be changed deed by deed."""

    def __init__(self, start: bytes) -> None:
        self.contents = {RUN: bytearray(start)}

    def do(self, deed: Written, n_bytes: int | None = None) -> None:
        """Write, or only the first `n_bytes` of it."""
        data = deed.data[:n_bytes]
        target = self.contents.setdefault(deed.name, bytearray())
        target.extend(bytes(max(deed.offset + len(data) - len(target), 0)))
        target[deed.offset : deed.offset + len(data)] = data

    def leave_in(self, folder: Path) -> Path:
        for name in (RUN, f"{RUN}.spill"):
            (folder / name).unlink(missing_ok=True)
        for name, contents in self.contents.items():
            (folder / name).write_bytes(contents)
        return folder / RUN


def tears(deed: Deed, rng: np.random.Generator) -> Iterator[int]:
    """Yield after how many bytes a write can be torn: at pages, and once anywhere, which is harsher."""
    if isinstance(deed, Written):
        first = PAGE - deed.offset % PAGE
        yield from range(first, len(deed.data), PAGE)
        if len(deed.data) > 1:
            yield int(rng.integers(1, len(deed.data)))


def kill_states(history: History) -> list[tuple[int, int | None]]:
    """Return every state a kill can leave: so many deeds done, and so many bytes of the next."""
    rng = np.random.default_rng(11)
    states: list[tuple[int, int | None]] = []
    for n_deeds, deed in enumerate(history.deeds):
        states.append((n_deeds, None))
        states += [(n_deeds, n_bytes) for n_bytes in tears(deed, rng)]
    states.append((len(history.deeds), None))
    return states if FULL else [states[i] for i in sorted(rng.choice(len(states), 25, replace=False))]


def test_a_kill_at_any_write_and_within_it(history: History, tmp_path: Path) -> None:
    files, n_done = Files(history.start), 0
    for n_deeds, n_bytes in kill_states(history):
        for deed in history.deeds[n_done:n_deeds]:
            if isinstance(deed, Written):
                files.do(deed)
        n_done = n_deeds
        torn = Files(b"")
        torn.contents = {name: bytearray(contents) for name, contents in files.contents.items()}
        next_deed = history.deeds[n_deeds] if n_bytes is not None else None
        if isinstance(next_deed, Written):
            torn.do(next_deed, n_bytes)
        path = torn.leave_in(tmp_path)
        h5py.File(path, "r").close()
        acknowledged = history.acknowledged_after(n_deeds)
        assert check(path, PLAN, acknowledged) <= len(acknowledged) + history.together


@pytest.mark.parametrize("seed", range(300 if FULL else 8))
def test_a_power_cut_drops_any_pages_that_were_not_synced(
    history: History, tmp_path: Path, seed: int
) -> None:
    rng = np.random.default_rng([2021, seed])
    n_deeds = int(rng.integers(1, len(history.deeds) + 1))
    path = cut_power(history, n_deeds, rng).leave_in(tmp_path)
    h5py.File(path, "r").close()
    check(path, PLAN, history.acknowledged_after(n_deeds))


def cut_power(history: History, n_deeds: int, rng: np.random.Generator) -> Files:
    """Return what is on the disk: all that was synced, and of the rest each page with a chance of a half.

    A page that stays shows its last contents, or those after any write to it before: later writes may be
    on the disk without earlier ones.
    """
    files, waiting = Files(history.start), dict[int, Written]()
    for number, deed in enumerate(history.deeds[:n_deeds]):
        if isinstance(deed, Written):
            waiting[number] = deed
            continue
        for done in [k for k, write in waiting.items() if write.name == deed.name and k < deed.n_deeds]:
            files.do(waiting.pop(done))
    for name in files.contents | dict.fromkeys(write.name for write in waiting.values()):
        drop_pages(files, [write for write in waiting.values() if write.name == name], rng)
    return files


def drop_pages(files: Files, writes: list[Written], rng: np.random.Generator) -> None:
    """Do of some writes what falls on pages that happened to get to the disk."""
    pages = {
        page for w in writes for page in range(w.offset // PAGE, (w.offset + len(w.data) - 1) // PAGE + 1)
    }
    kept = {page for page in sorted(pages) if rng.random() < 0.5}
    until = {page: int(rng.integers(1, len(writes) + 1)) for page in sorted(kept)}
    for number, write in enumerate(writes):
        for page in sorted(kept):
            first, last = (
                max(write.offset, page * PAGE),
                min(write.offset + len(write.data), (page + 1) * PAGE),
            )
            if first < last and number < until[page]:
                files.do(Written(write.name, first, write.data[first - write.offset : last - write.offset]))


def test_without_the_sync_the_same_judge_finds_lost_records(tmp_path: Path) -> None:
    """The judge is worth something: a writer that never syncs is caught."""
    (tmp_path / "made").mkdir()
    history = record_history(tmp_path / "made" / RUN, fails=False)
    history.acknowledged = [
        (sum(not isinstance(d, Synced) for d in history.deeds[:when]), slot)
        for when, slot in history.acknowledged
    ]
    history.deeds = [deed for deed in history.deeds if not isinstance(deed, Synced)]
    path = cut_power(history, len(history.deeds), np.random.default_rng(1)).leave_in(tmp_path)
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        check(path, PLAN, SLOTS)


@pytest.mark.parametrize("fails_at", range(1, 18, 1 if FULL else 5))
def test_what_a_disk_forgets_when_a_sync_fails_is_written_again(tmp_path: Path, fails_at: int) -> None:
    """As Linux does: the failure is told once, the pages count as clean, and the next sync succeeds."""
    path, disk, n_syncs = tmp_path / RUN, Disk(forgets=True), 0
    with disk.writer(path, PLAN) as writer:
        for number, slot in enumerate(SLOTS):
            write(writer, slot)
            if number % 3:
                continue
            n_syncs += 1
            failures = iter([n_syncs == fails_at])
            disk.fails = lambda _, failures=failures: next(failures, False)
            writer.sync()
            disk.fails = nothing
            assert check(path, PLAN, SLOTS[: number + 1]) == number + 1
        writer.finish("finished", "", END)
    assert not spill_path(path).exists()
    assert verify_run(path) == ()


def write_until_refused(writer: RunWriter, plan: Plan = PLAN) -> list[Slot]:
    kept: list[Slot] = []
    for slot in slots(plan):
        try:
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
            writer.sync()
        except StorageError:
            break
        kept.append(slot)
    return kept


@pytest.mark.parametrize("n_deeds", [0, 3, 11, 12, 100, 250] if not FULL else range(0, 480, 3))
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.ESTALE], ids=["disk full", "share gone"])
def test_a_disk_that_takes_no_more_costs_no_record_that_was_kept(
    tmp_path: Path, n_deeds: int, error: int
) -> None:
    disk, path = Disk(error=error), tmp_path / RUN
    with disk.writer(path, PLAN) as writer:
        disk.deeds.clear()
        disk.fails = lambda _: len(disk.deeds) >= n_deeds
        kept = write_until_refused(writer)
        assert len(kept) < len(SLOTS)
        with pytest.raises(StorageError, match="the end of the run is not kept"):
            writer.finish("failed", os.strerror(error), END)
    assert check(path, PLAN, kept) <= len(kept) + 1
    assert inspect_run(path).status == "died"


LIMITED = """
import resource, sys
from pathlib import Path
from disk import Disk
from storage_cases import END, make_plan, make_record, slots
from qdlab.errors import StorageError

path, plan = Path(sys.argv[1]), make_plan()
with Disk().writer(path, plan) as writer:
    limit = int(path.stat().st_size * float(sys.argv[2]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for slot in slots(plan):
        try:
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
            writer.sync()
        except StorageError as error:
            print("refused:", error, flush=True)
            break
        print(slot.stream, *slot.index, flush=True)
    try:
        writer.finish("finished", "", END)
    except StorageError as error:
        print("refused:", error, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99] if not FULL else np.linspace(0.0, 1.0, 41).tolist())
def test_a_limit_on_the_size_of_files_is_an_ordinary_failure(tmp_path: Path, share: float) -> None:
    path = tmp_path / RUN
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), str(share)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    said = [line for line in done.stdout.splitlines() if not line.startswith("refused")]
    kept = [Slot(name, tuple(map(int, index))) for name, *index in (line.split() for line in said)]
    assert check(path, PLAN, kept) <= len(kept) + 1
    if share == 0.0:
        assert "File too large" in done.stdout
        assert kept == []


@pytest.mark.skipif(sys.platform == "win32", reason="makes a folder read-only as POSIX does")
def test_a_read_only_folder_refuses_before_anything_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(StorageError, match=r"could not be made: .*Permission denied"):
            Disk().writer(folder / RUN, PLAN)
        assert list(folder.iterdir()) == []
    finally:
        folder.chmod(0o700)


def test_a_folder_that_turns_read_only_costs_nothing(tmp_path: Path) -> None:
    """The file is open: it takes its records; only a spill could not be made."""
    disk, path = Disk(error=errno.EROFS), tmp_path / RUN
    with disk.writer(path, PLAN) as writer:
        disk.fails = lambda name: name != RUN
        kept = write_until_refused(writer)
        writer.finish("finished", "", END)
    assert kept == SLOTS
    assert check(path, PLAN, SLOTS) == len(SLOTS)


@pytest.mark.parametrize("lock", [True, False])
def test_a_reader_that_holds_the_file_does_not_hold_the_run(tmp_path: Path, lock: bool) -> None:
    path = tmp_path / RUN
    with Disk().writer(path, PLAN) as writer, h5py.File(path, "r", locking=lock) as reader:
        marks = reader["entry/ta/done"]
        for slot in SLOTS:
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
            marks.refresh()
            assert slot.stream != "ta" or marks[slot.index] == 1
        writer.finish("finished", "", END)
    assert check(path, PLAN, SLOTS) == len(SLOTS)
    assert not spill_path(path).exists()
    assert verify_run(path) == ()
