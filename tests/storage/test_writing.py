from __future__ import annotations

import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_cases import END, make_plan, make_provenance, make_record, slots

from qdlab.errors import InputError, StorageError
from qdlab.plan import Slot, TaPoint
from qdlab.storage import (
    RunWriter,
    check_destination,
    create_run,
    inspect_run,
    open_run,
    schema,
)

PLAN = make_plan()
POINT = Slot("ta", (2, 1, 4))
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.h5"


@pytest.fixture
def writer(path: Path) -> Iterator[RunWriter]:
    with create_run(path, PLAN, None, make_provenance()) as writer:
        yield writer


def write(writer: RunWriter, slot: Slot) -> None:
    writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))


def flip_a_byte(path: Path, column: str, row: int) -> None:
    with h5py.File(path, "r") as file:
        dataset = file["entry/ta"][column]
        place = dataset.id.get_offset() + row * dataset.nbytes // dataset.shape[0] + 5
    with path.open("r+b") as raw:
        raw.seek(place)
        byte = raw.read(1)[0]
        raw.seek(place)
        raw.write(bytes([byte ^ 0xFF]))


def test_a_run_can_be_read_while_it_is_written(path: Path, writer: RunWriter) -> None:
    with open_run(path) as tree:
        assert tree.attrs["status"] == "running"
        assert not tree["ta"].done.values.any()
        assert np.isnan(tree["ta"].delta_a.values).all()
    for n_written, slot in enumerate(slots(PLAN), start=1):
        write(writer, slot)
        assert inspect_run(path).n_done == n_written
    with h5py.File(path, "r") as plain, open_run(path) as tree:
        assert (plain["entry/ta/done"][()] == 1).all()
        assert tree["ta"].done.values.all()
        expected = make_record(PLAN.stream("ta"), POINT.index)
        np.testing.assert_array_equal(tree["ta"].delta_a.values[POINT.index], expected.delta_a)


def test_a_tree_opened_earlier_never_shows_a_later_record_as_missing_or_torn(
    path: Path, writer: RunWriter
) -> None:
    with open_run(path) as before:
        assert np.isnan(before["ta"].delta_a[POINT.index].values).all()
        write(writer, POINT)
        assert np.isnan(before["ta"].delta_a[POINT.index].values).all()
        assert not before["ta"].done.values[POINT.index]


def test_records_not_taken_are_nan_and_marked(path: Path, writer: RunWriter) -> None:
    write(writer, POINT)
    writer.finish("stopped", "stopped on request", END)
    with open_run(path) as tree:
        ta = tree["ta"].to_dataset()
        assert (tree.attrs["status"], tree.attrs["reason"]) == ("stopped", "stopped on request")
        assert np.argwhere(ta.done.values).tolist() == [list(POINT.index)]
        assert np.isnan(ta.delta_a.where(~ta.done)).all()
        assert np.isfinite(ta.delta_a.values[POINT.index]).all()
    with h5py.File(path, "r") as file:
        assert file["entry/run/records_done"][()] == 1


def test_a_slot_is_written_once(writer: RunWriter) -> None:
    write(writer, POINT)
    with pytest.raises(StorageError, match=r"'ta': record \(2, 1, 4\) is written already"):
        write(writer, POINT)


@pytest.mark.parametrize(
    ("slot", "match"),
    [
        (Slot("tea", (0,)), "no stream 'tea'"),
        (Slot("ta", (0, 0, 5)), "no record"),
        (Slot("ta", (0, 0, -1)), "no record"),
        (Slot("ta", (0,)), "no record"),
    ],
)
def test_a_slot_that_the_plan_does_not_have_is_refused(writer: RunWriter, slot: Slot, match: str) -> None:
    with pytest.raises(StorageError, match=match):
        writer.write(slot, make_record(PLAN.stream("ta"), (0, 0, 0)))


def test_a_record_that_does_not_fit_is_refused_and_its_slot_stays_free(path: Path, writer: RunWriter) -> None:
    point = make_record(PLAN.stream("ta"), POINT.index)
    assert isinstance(point, TaPoint)
    wrong = [
        (make_record(PLAN.stream("ta_seen"), (0,)), "keeps TaPoint records, not DeltaA"),
        (replace(point, shots=point.shots[:-1]), r"'ta', shots: shape \(5, 16\) does not fit \(6, 16\)"),
        (
            replace(point, shots=point.shots.astype(float)),
            "shots: values of type float64 cannot be kept whole",
        ),
        (replace(point, position_mm=np.zeros(2)), r"position_mm: shape \(2,\) does not fit \(\)"),
        (replace(point, current_a="1 mA"), "current_a: values of type"),
    ]
    for record, match in wrong:
        with pytest.raises(StorageError, match=match):
            writer.write(POINT, record)
    assert inspect_run(path).n_done == 0
    writer.write(POINT, point)
    assert inspect_run(path).n_done == 1


def limit_to_seven_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, data, offset: pwrite(handle, data[:7], offset))


def take_pwrite_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pwrite")
    monkeypatch.delattr(os, "fdatasync")


def take_pwrite_away_and_limit_to_seven_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    take_pwrite_away(monkeypatch)
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))


@pytest.mark.skipif(not hasattr(os, "pwrite"), reason="takes away what is not there")
@pytest.mark.parametrize(
    "hamper", [limit_to_seven_bytes, take_pwrite_away, take_pwrite_away_and_limit_to_seven_bytes]
)
def test_systems_that_write_less_or_otherwise_leave_the_same_records(
    path: Path, monkeypatch: pytest.MonkeyPatch, hamper: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as hampered, create_run(path, PLAN, None, make_provenance()) as writer:
        hamper(hampered)
        for slot in slots(PLAN):
            write(writer, slot)
        writer.finish("finished", "all of it", END)
    with open_run(path, verify=True) as tree:
        assert tree.attrs["reason"] == "all of it"
        assert tree.attrs["damaged_records"] == 0
        assert all(stream.done.values.all() for stream in tree.children.values())
        expected = make_record(PLAN.stream("ta"), POINT.index)
        np.testing.assert_array_equal(tree["ta"].shots.values[POINT.index], expected.shots)


@pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="watches calls that are not there")
def test_a_sync_returns_only_after_the_mark_is_on_the_disk_and_the_status_is_last(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[bytes | str] = []
    pwrite, fdatasync = os.pwrite, os.fdatasync

    def watched_pwrite(handle: int, data: memoryview, offset: int) -> int:
        calls.append(bytes(data))
        return pwrite(handle, data, offset)

    def watched_fdatasync(handle: int) -> None:
        calls.append("sync")
        fdatasync(handle)

    monkeypatch.setattr(os, "pwrite", watched_pwrite)
    monkeypatch.setattr(os, "fdatasync", watched_fdatasync)
    write(writer, POINT)
    assert calls[-1] == b"\x01"
    assert "sync" not in calls
    writer.sync()
    assert calls[-2:] == [b"\x01", "sync"]
    write(writer, Slot("ta", (0, 0, 0)))
    calls.clear()
    writer.finish("finished", "", END)
    assert calls[-3:] == ["sync", schema.fixed_text(schema.STATUS, "finished"), "sync"]


def test_a_closed_writer_refuses_and_closes_twice(writer: RunWriter) -> None:
    writer.close()
    writer.close()
    with pytest.raises(StorageError, match="the file is closed"):
        write(writer, POINT)
    with pytest.raises(StorageError, match="the file is closed"):
        writer.finish("finished", "", END)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=1500))
def test_texts_are_cut_between_characters(reason: str) -> None:
    contents = schema.fixed_text(schema.REASON, reason)
    kept = contents.rstrip(b"\0").decode()
    assert len(contents) == schema.TEXT_BYTES[schema.REASON]
    assert reason.startswith(kept)
    assert kept == reason or len(contents) - len(kept.encode()) < 4


def test_a_long_reason_with_any_characters_is_kept_as_far_as_there_is_room(
    path: Path, writer: RunWriter
) -> None:
    writer.finish("failed", "\udcff " + "Ω" * 5000, END)
    reason = inspect_run(path).reason
    assert reason.startswith("? ΩΩ")
    assert len(reason.encode()) == schema.TEXT_BYTES[schema.REASON]


def test_an_existing_file_is_refused_and_untouched(path: Path) -> None:
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"run.h5 exists already; .*--force"):
        create_run(path, PLAN, None, make_provenance())
    assert path.read_bytes() == b"mine"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_kill_left_of_an_unpublished_file_is_no_hindrance(path: Path) -> None:
    path.with_name("run.h5.part").write_bytes(b"half a file")
    create_run(path, PLAN, None, make_provenance()).close()
    assert list(path.parent.iterdir()) == [path]


def test_force_replaces_an_existing_file(path: Path) -> None:
    path.write_bytes(b"mine")
    create_run(path, PLAN, None, make_provenance(), force=True).close()
    assert inspect_run(path).status == "running"
    assert list(path.parent.iterdir()) == [path]


def test_force_keeps_the_old_file_if_the_new_one_cannot_be_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path.write_bytes(b"mine")
    monkeypatch.setattr("qdlab.storage.writing._create.Bytes.sync", fail)
    with pytest.raises(StorageError, match=r"run.h5 could not be made: .*No space left"):
        create_run(path, PLAN, None, make_provenance(), force=True)
    assert path.read_bytes() == b"mine"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_is_a_refusal_before_anything_is_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**9, 10**9, PLAN.n_bytes))
    with pytest.raises(InputError, match=rf"needs \d+ bytes .* {PLAN.n_bytes} bytes .* are free"):
        create_run(path, PLAN, None, make_provenance())
    assert list(path.parent.iterdir()) == []


def test_the_space_asked_for_is_enough(path: Path, writer: RunWriter) -> None:
    needed = path.stat().st_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Disk(10**9, 0, needed - 1))
        with pytest.raises(InputError, match="make room"):
            check_destination(path, PLAN.n_bytes, force=True)


def test_a_folder_or_a_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file"):
        check_destination(tmp_path, 0)
    with pytest.raises(InputError, match="there is no folder"):
        check_destination(tmp_path / "none" / "run.h5", 0)


def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="may not write into that folder"):
        check_destination(tmp_path / "run.h5", 0)


def test_a_run_whose_process_is_gone_died_and_its_damage_is_found(
    path: Path, writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slot in slots(PLAN):
        write(writer, slot)
    writer.close()
    flip_a_byte(path, "delta_a", row=1)
    assert inspect_run(path).status == "running"
    monkeypatch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)
    assert inspect_run(path).status == "died"
    with open_run(path) as tree:
        assert tree.attrs["status"] == "died"
        assert tree.attrs["damaged_records"] == 1
        ta = tree["ta"].to_dataset()
        (damaged,) = np.argwhere(~ta.done.values)
        assert np.isnan(ta.delta_a.values[tuple(damaged)]).all()


def test_a_finished_file_is_verified_on_request(path: Path, writer: RunWriter) -> None:
    for slot in slots(PLAN):
        write(writer, slot)
    writer.finish("finished", "", END)
    flip_a_byte(path, "shots", row=0)
    with open_run(path) as tree:
        assert tree["ta"].done.values.all()
        assert "damaged_records" not in tree.attrs
    with open_run(path, verify=True) as tree:
        assert (~tree["ta"].done.values).sum() == tree.attrs["damaged_records"] == 1


@pytest.mark.parametrize(("hours", "status"), [(5.9, "running"), (6.1, "died")])
def test_a_run_elsewhere_that_is_silent_for_long_died(
    path: Path, monkeypatch: pytest.MonkeyPatch, hours: float, status: str
) -> None:
    create_run(path, PLAN, None, make_provenance(host="another computer")).close()
    last_sign_s = inspect_run(path).last_sign.timestamp()
    monkeypatch.setattr("time.time", lambda: last_sign_s + hours * 3600.0)
    assert inspect_run(path).status == status


@pytest.mark.parametrize("locking", [None, False], ids=["h5py's own locking", "no locking"])
def test_h5py_and_qdlab_hold_the_same_file_in_one_process(
    path: Path, writer: RunWriter, locking: bool | None
) -> None:
    write(writer, POINT)
    with h5py.File(path, "r", locking=locking) as plain, open_run(path) as tree:
        assert plain["entry/ta/done"][POINT.index] == tree["ta"].done.values[POINT.index] == 1
    with open_run(path) as tree, h5py.File(path, "r") as plain:
        assert plain["entry/ta/done"][POINT.index] == tree["ta"].done.values[POINT.index] == 1
    writer.write(Slot("blank", ()), make_record(PLAN.stream("blank"), ()))


@pytest.mark.parametrize("locking", [(None, False), (False, None)], ids=["POSIX", "Windows"])
def test_a_reader_does_not_hold_the_run_either_way(
    path: Path, writer: RunWriter, locking: tuple[bool | None, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qdlab.storage.reading._file.LOCKING", locking)
    with open_run(path) as tree:
        write(writer, POINT)
        assert inspect_run(path).n_done == 1
        assert not tree["ta"].done.values[POINT.index]
