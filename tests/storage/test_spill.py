"""What the file does not take goes beside it, is read from there, and comes home when it can."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from disk import Disk, Synced, Written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_cases import END, make_plan, make_provenance, make_record, slots

from qdlab.errors import InputError, StorageError
from qdlab.plan import columns
from qdlab.storage import RunWriter, check_destination, create_run, inspect_run, open_run
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._spill import Spill, Write, read_patches, spill_path

PLAN = make_plan()
SLOTS = list(slots(PLAN))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.h5"


def write(writer: RunWriter, number: int) -> None:
    slot = SLOTS[number]
    writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
    writer.sync()


def check_all_is_there(path: Path) -> None:
    with open_run(path, verify=True) as tree:
        assert tree.attrs["damaged_records"] == 0
        for slot in SLOTS:
            stream = PLAN.stream(slot.stream)
            found, record = tree[slot.stream].to_dataset(), make_record(stream, slot.index)
            assert found.done.values[slot.index]
            for item in columns(stream.record):
                np.testing.assert_array_equal(found[item.name][slot.index].values, getattr(record, item.name))


def only_the_file(name: str) -> bool:
    return name == "run.h5"


def everything(_: str) -> bool:
    return True


def test_a_disk_that_fails_for_a_moment_is_tried_again_and_leaves_no_trace(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        failures = iter([True, True, True])
        disk.fails = lambda _: next(failures, False)
        for number in range(len(SLOTS)):
            write(writer, number)
        writer.finish("finished", "", END)
    assert disk.waited_s == [0.1, 0.4, 1.5]
    assert list(path.parent.iterdir()) == [path]
    check_all_is_there(path)


def test_what_the_file_does_not_take_is_spilled_and_read_as_if_it_were_there(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        for number in range(len(SLOTS)):
            disk.fails = only_the_file if 5 <= number < 40 else lambda _: False
            write(writer, number)
            assert inspect_run(path).n_done == number + 1
        # One record waits; those after it are not to wait each time.
        assert disk.waited_s == [0.1, 0.4, 1.5]
    with h5py.File(path) as alone:
        assert sum(int(alone[f"entry/{stream.name}/done"][()].sum()) for stream in PLAN.streams) < len(SLOTS)
    assert inspect_run(path).is_spilled
    check_all_is_there(path)


def test_the_spill_comes_home_at_the_end_of_the_run(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        for number in range(len(SLOTS)):
            disk.fails = only_the_file if number < 40 else lambda _: False
            write(writer, number)
        assert spill_path(path).exists()
        writer.finish("finished", "", END)
    assert list(path.parent.iterdir()) == [path]
    assert not inspect_run(path).is_spilled
    check_all_is_there(path)


def test_even_the_end_is_spilled_if_the_file_stays_away(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        disk.fails = only_the_file
        for number in range(len(SLOTS)):
            write(writer, number)
        writer.finish("failed", "the share is gone", END)
    info = inspect_run(path)
    assert (info.status, info.reason, info.is_spilled) == ("failed", "the share is gone", True)
    check_all_is_there(path)


@pytest.mark.parametrize("n_deeds", range(4))
def test_a_record_that_nothing_takes_ends_in_words_and_can_be_tried_again(path: Path, n_deeds: int) -> None:
    disk = Disk(error=errno.ENOSPC)
    with disk.writer(path, PLAN) as writer:
        write(writer, 0)
        before = len(disk.deeds)
        disk.fails = lambda name: name != "run.h5" or len(disk.deeds) - before >= n_deeds
        with pytest.raises(StorageError, match=r"run\.h5: ta_dark \(1,\) is not kept: .*No space left"):
            write(writer, 1)
        with open_run(path, verify=True) as tree:
            assert sum(int(stream.done.sum()) for stream in tree.children.values()) == 1
        disk.fails = lambda _: False
        write(writer, 1)
        assert inspect_run(path).n_done == 2


def leave_unsynced(writer: RunWriter, *numbers: int) -> None:
    for slot in (SLOTS[number] for number in numbers):
        writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))


def test_a_sync_that_nothing_takes_ends_in_words_and_the_next_one_writes_all_again(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        leave_unsynced(writer, 0, 1, 2)
        disk.fails = everything
        with pytest.raises(StorageError, match=r"run\.h5: what was written last is not kept: .*Input/output"):
            writer.sync()
        failures = iter([True])
        disk.fails = lambda _: next(failures, False)
        disk.deeds.clear()
        writer.sync()
    written = [deed for deed in disk.deeds if isinstance(deed, Written)]
    assert len(written) == 3 * 4
    assert disk.deeds == [*written, Synced("run.h5")]


def test_what_a_failed_sync_may_have_lost_is_spilled_and_comes_home(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        leave_unsynced(writer, 0, 1, 2)
        disk.fails = only_the_file
        writer.sync()
        assert len(read_patches(path)) == 3 * 4
        disk.fails = lambda _: False
        leave_unsynced(writer, *range(3, len(SLOTS)))
        writer.finish("finished", "", END)
    assert list(path.parent.iterdir()) == [path]
    check_all_is_there(path)


@pytest.mark.parametrize("fails", [True, False])
def test_a_record_written_during_a_sync_is_not_taken_for_synced(path: Path, fails: bool) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        leave_unsynced(writer, 0)
        meanwhile = iter([1])

        def fail_once(_: str) -> bool:
            for number in meanwhile:
                leave_unsynced(writer, number)
                return fails
            return False

        disk.deeds.clear()
        disk.fails = fail_once
        writer.sync()
        writer.sync()
        kinds = "".join(type(deed).__name__[0] for deed in disk.deeds)
    # A failed sync may have lost what was written while it went on: that is written again as well.
    assert kinds == ("WWWW" + "WWWW" * 2 + "S" if fails else "WWWW" + "S" + "S")


def test_what_waits_for_a_sync_is_limited(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    monkeypatch.setattr("qdlab.storage.writing._keeper.MOST_UNSYNCED_BYTES", 500)
    with disk.writer(path, PLAN) as writer:
        disk.deeds.clear()
        leave_unsynced(writer, 0, 1, 2)
    n_bytes = 8 + 6 * 16 * 2 + 4 + 1  # time, shots, checksum, mark
    assert 2 * n_bytes < 500 < 3 * n_bytes
    assert [isinstance(deed, Synced) for deed in disk.deeds] == [False] * 3 * 4 + [True]


def test_a_torn_entry_and_all_after_it_do_not_count(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        disk.fails = only_the_file
        for number in range(4):
            write(writer, number)
    whole = spill_path(path).read_bytes()
    n_patches = len(read_patches(path))
    for size in range(0, len(whole), 7):
        spill_path(path).write_bytes(whole[:size])
        patches = read_patches(path)
        assert len(patches) < n_patches
        with open_run(path, verify=True) as tree:
            assert tree.attrs["damaged_records"] == 0
            assert int(tree["ta_dark"].done.sum()) <= 3
    spill_path(path).write_bytes(whole + b"rubbish of any kind, longer than a header is")
    assert len(read_patches(path)) == n_patches


@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spill_gives_back_what_it_was_given_and_believes_no_damage(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "any.h5"
    path.write_bytes(b"head and body")
    piece = st.tuples(st.integers(0, 2**40), st.binary(max_size=40))
    entries = data.draw(st.lists(st.lists(piece, min_size=1, max_size=5), min_size=1, max_size=5))
    spill_path(path).unlink(missing_ok=True)
    spill = Spill(spill_path(path), b"head", Bytes)
    for entry in entries:
        spill.append(entry)
    flat: list[Write] = [write for entry in entries for write in entry]
    assert list(spill.writes()) == flat
    spill.close()
    contents = bytearray(spill_path(path).read_bytes())
    place = data.draw(st.integers(0, len(contents) - 1))
    contents[place] ^= data.draw(st.integers(1, 255))
    spill_path(path).write_bytes(contents)
    kept = read_patches(path)
    assert len(kept) < len(flat)
    assert [patch.offset for patch in kept] == [offset for offset, _ in flat[: len(kept)]]


def test_the_spill_of_another_run_is_not_believed(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        disk.fails = only_the_file
        write(writer, 0)
    other = path.with_name("other.h5")
    create_run(other, PLAN, None, make_provenance(notes="another run of the same plan")).close()
    spill_path(path).rename(spill_path(other))
    assert read_patches(other) == []
    assert inspect_run(other).n_done == 0


def test_a_spill_is_not_lost_by_accident(path: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        disk.fails = only_the_file
        write(writer, 0)
    path.unlink()
    with pytest.raises(InputError, match=r"run\.h5\.spill .* records of an earlier run"):
        check_destination(path, 0)
    create_run(path, PLAN, None, make_provenance(), force=True).close()
    assert list(path.parent.iterdir()) == [path]


def test_room_for_a_spill_is_looked_for_before_each_sweep_and_its_want_is_said_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[Path] = []
    free = 10

    def disk_usage(where: Path) -> object:
        looks.append(where)
        return type("Usage", (), {"free": free})()

    with Disk().writer(path, PLAN) as writer:
        monkeypatch.setattr("shutil.disk_usage", disk_usage)
        for number in range(len(SLOTS)):
            write(writer, number)
    sweeps = {(slot.stream, slot.index[:-1]) for slot in SLOTS}
    assert len(looks) == len(sweeps) == 15
    assert len(caplog.messages) == 1
    assert "only 10 bytes are free" in caplog.text
    assert "no room for a spill of the 600 of this sweep" in caplog.text


def test_want_of_room_is_said_again_after_there_was_room(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    frees = iter([10, 10**9, 10])
    with Disk().writer(path, PLAN) as writer:
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": next(frees)})())
        for stream in ("blank", "cv", "ta_dark"):
            slot = next(slot for slot in SLOTS if slot.stream == stream)
            writer.write(slot, make_record(PLAN.stream(stream), slot.index))
    assert len(caplog.messages) == 2


@pytest.mark.parametrize("open_first", [open_run, inspect_run], ids=["open_run", "inspect_run"])
def test_a_tree_left_open_on_a_spilled_file_does_not_take_python_down(
    path: Path, open_first: Callable[[Path], object]
) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        disk.fails = only_the_file
        write(writer, 0)
    name = open_first.__name__
    code = f"import sys\nfrom qdlab.storage import {name}\ntree = {name}(sys.argv[1])\nprint('read')"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "read")
