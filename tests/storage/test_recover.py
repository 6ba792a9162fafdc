"""Whatever is left of a file: every whole record is saved, no other, and the original is not touched."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from disk import Disk
from judge import check
from storage_cases import END, make_plan, make_provenance, make_record, slots
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.errors import InputError, StorageError
from qdlab.plan import Axis, Stream, TaPoint
from qdlab.storage import RecoveredStream, create_run, inspect_run, open_run, recover_run, schema

PLAN = make_plan()
SLOTS = list(slots(PLAN))
EVERY_CUT = "QDLAB_FAULTS" in os.environ


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.h5"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "saved.h5"


@pytest.fixture
def whole_run(path: Path) -> Path:
    return write_run(path)


def write_run(path: Path, n_records: int = len(SLOTS), *, finish: bool = True) -> Path:
    with create_run(path, PLAN, None, make_provenance()) as writer:
        for slot in SLOTS[:n_records]:
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        if finish:
            writer.finish("finished", "", END)
    return path


@pytest.fixture(autouse=True)
def originals_stay_as_they_are(path: Path) -> Iterator[None]:
    """Hold every file under the original's name against what it was just before the recovery."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("test_recover.recover_run", guarded)
        yield


def guarded(source: Path, out: Path, *, force: bool = False) -> tuple[RecoveredStream, ...]:
    def digests() -> list[tuple[str, str, int]]:
        mine = sorted(source.parent.glob(f"{source.name}*"))
        return [(f.name, hashlib.sha256(f.read_bytes()).hexdigest(), f.stat().st_mtime_ns) for f in mine]

    before = digests()
    try:
        return recover_run_for_real(source, out, force=force)
    finally:
        assert digests() == before


recover_run_for_real = recover_run


def cut(path: Path, n_bytes: int) -> None:
    os.truncate(path, n_bytes)


def test_a_whole_file_comes_back_whole(whole_run: Path, out: Path) -> None:
    streams = recover_run(whole_run, out)
    assert {s.name: s.n_whole for s in streams} == {s.name: s.n_records for s in PLAN.streams}
    assert not any(stream.damaged for stream in streams)
    assert check(out, PLAN, SLOTS) == len(SLOTS)
    info = inspect_run(out)
    assert (info.status, info.end_time) == ("recovered from finished", END.isoformat())
    assert f"{len(SLOTS)} whole records of run.h5, 0 damaged, 0 bytes cut off" in info.reason
    with open_run(whole_run) as before, open_run(out) as after:
        changed = {"status", "reason"}
        assert {k: v for k, v in before.attrs.items() if k not in changed} == {
            k: v for k, v in after.attrs.items() if k not in changed
        }
        for name in before.children:
            assert before[name].to_dataset().identical(after[name].to_dataset())


def test_a_run_that_died_is_recovered(path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(path, 30, finish=False)
    monkeypatch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)
    recover_run(path, out)
    assert inspect_run(out).status == "recovered from died"
    assert check(out, PLAN, SLOTS[:30]) == 30
    again = out.with_name("again.h5")
    recover_run(out, again)
    assert inspect_run(again).status == "recovered from died"


HUNDRED = Stream(
    "ta",
    TaPoint,
    "a hundred points of which the shots are most",
    (Axis("delay_ps", "ps", tuple(range(100))),),
    {"shot": 100, "wavelength": Axis("wavelength_nm", "nm", tuple(np.linspace(480.0, 700.0, 256).tolist()))},
)


@pytest.mark.parametrize(("share", "n_least"), [(0.9999, 99), (0.9, 85), (0.5, 40)])
def test_of_a_truncated_file_all_is_saved_that_is_left(
    path: Path, out: Path, share: float, n_least: int
) -> None:
    plan = make_plan((HUNDRED,))
    with create_run(path, plan, None, make_provenance()) as writer:
        for slot in slots(plan):
            writer.write(slot, make_record(HUNDRED, slot.index))
        writer.finish("finished", "", END)
    size = path.stat().st_size
    with h5py.File(path) as file:
        reach = {slot: last_byte(file, slot.stream, slot.index) for slot in slots(plan)}
    cut(path, int(share * size))
    with pytest.raises(InputError, match="cut short"):
        open_run(path)
    (stream,) = recover_run(path, out)
    left = [slot for slot in slots(plan) if reach[slot] <= int(share * size)]
    assert check(out, plan, left) == stream.n_whole == len(left)
    assert n_least <= stream.n_whole < 100
    assert len(stream.damaged) == 100 - stream.n_whole
    assert f"{size - int(share * size)} bytes cut off" in inspect_run(out).reason


def last_byte(file: h5py.File, stream: str, index: tuple[int, ...]) -> int:
    """Where a record ends in the file."""
    group = file["entry"][stream]
    row = int(np.ravel_multi_index(index, group["done"].shape)) if index else 0
    ends = []
    for name in (*group.attrs["columns"], "done", "crc32"):
        item = group[name]
        n_bytes = item.nbytes // group["done"].size
        ends.append(item.id.get_offset() + (row + 1) * n_bytes)
    return int(max(ends))


def head_bytes(file: h5py.File) -> int:
    """How many bytes there are before the first that changes as a run goes."""
    return min(file[space.path].id.get_offset() for space in schema.run_spaces())


def test_a_cut_within_the_head_is_refused_in_words_wherever_it_is(tmp_path: Path, out: Path) -> None:
    small = PLAN.streams[5:6]
    source = tmp_path / "small.h5"
    plan = make_plan(small)
    with create_run(source, plan, None, make_provenance()) as writer:
        for slot in slots(plan):
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
        writer.finish("finished", "", END)
    contents = source.read_bytes()
    with h5py.File(source) as file:
        head = head_bytes(file)
    step = 1 if EVERY_CUT else 211
    for size in (*range(0, head, step), head - 1):
        source.write_bytes(contents[:size])
        with pytest.raises(InputError, match="nothing can be recovered") as caught:
            recover_run(source, out)
        assert "\n" not in str(caught.value)
        assert not out.exists()


def test_every_cut_behind_the_head_saves_what_is_before_it(whole_run: Path, out: Path) -> None:
    contents = whole_run.read_bytes()
    with h5py.File(whole_run) as file:
        reach = {slot: last_byte(file, slot.stream, slot.index) for slot in SLOTS}
        head = head_bytes(file)
    rng = np.random.default_rng(4)
    for size in sorted(rng.integers(head, len(contents), 300 if EVERY_CUT else 12).tolist()):
        whole_run.write_bytes(contents[:size])
        left = [slot for slot in SLOTS if reach[slot] <= size]
        if not left:
            with pytest.raises(InputError, match=r"not one whole record|nothing can be recovered"):
                recover_run(whole_run, out, force=True)
            continue
        recover_run(whole_run, out, force=True)
        check(out, PLAN, left)


def test_the_spill_is_merged(path: Path, out: Path) -> None:
    disk = Disk()
    with disk.writer(path, PLAN) as writer:
        for number, slot in enumerate(SLOTS):
            if number == 21:
                disk.fails = lambda name: name == "run.h5"
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        writer.finish("failed", "the share is gone", END)
    recover_run(path, out)
    assert check(out, PLAN, SLOTS) == len(SLOTS)
    info = inspect_run(out)
    assert not info.is_spilled
    assert info.status == "recovered from failed"
    assert "the share is gone" in info.reason
    cut(path, int(0.95 * path.stat().st_size))
    recover_run(path, out, force=True)
    assert check(out, PLAN, SLOTS[21:]) >= len(SLOTS[21:])


def test_damage_is_named_stream_by_stream(whole_run: Path, out: Path) -> None:
    with h5py.File(whole_run) as file:
        offset = file["entry/ta/shots"].id.get_offset()
        size = file["entry/ta/shots"].nbytes // 30
    contents = bytearray(whole_run.read_bytes())
    for row in (7, 29):
        contents[offset + row * size] ^= 1
    whole_run.write_bytes(contents)
    streams = {stream.name: stream for stream in recover_run(whole_run, out)}
    assert streams["ta"] == RecoveredStream("ta", 28, 30, ((0, 1, 2), (2, 1, 4)))
    assert not any(stream.damaged for name, stream in streams.items() if name != "ta")
    assert check(out, PLAN) == len(SLOTS) - 2


def test_the_original_is_never_the_destination(whole_run: Path, out: Path) -> None:
    with pytest.raises(InputError, match="never written to"):
        recover_run(whole_run, whole_run, force=True)
    link = whole_run.with_name("link.h5")
    link.symlink_to(whole_run)
    with pytest.raises(InputError, match="never written to"):
        recover_run(whole_run, link, force=True)
    out.write_bytes(b"mine")
    with pytest.raises(InputError, match="exists already"):
        recover_run(whole_run, out)
    assert out.read_bytes() == b"mine"


def test_a_destination_that_fails_leaves_nothing_there(
    whole_run: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qdlab.storage.rewriting._recover.Bytes.write", fail)
    with pytest.raises(StorageError, match=r"saved\.h5 could not be made: .*No space left"):
        recover_run(whole_run, out)
    assert list(out.parent.iterdir()) == [whole_run]


def test_what_holds_no_record_is_refused(path: Path, out: Path) -> None:
    write_run(path, 0, finish=False)
    part = path.rename(path.with_name("run.h5.part"))
    with pytest.raises(InputError, match="not one whole record"):
        recover_run(part, out)
    part.write_bytes(b"")
    with pytest.raises(InputError, match="nothing can be recovered"):
        recover_run(part, out)
    assert not out.exists()


def test_an_unknown_group_is_kept(whole_run: Path, out: Path) -> None:
    with h5py.File(whole_run, "r+") as file:
        file["entry/comment"] = "looked odd"
        file["entry/comment"].attrs["weight"] = np.array([1.0, 2.0])
        file["entry/numbers"] = np.arange(5)
    recover_run(whole_run, out)
    with h5py.File(out) as file:
        assert file["entry/comment"].asstr()[()] == "looked odd"
        assert file["entry/comment"].attrs["weight"].tolist() == [1.0, 2.0]
        assert file["entry/numbers"][()].tolist() == [0, 1, 2, 3, 4]


def test_the_command_says_what_was_saved(whole_run: Path) -> None:
    cut(whole_run, int(0.9 * whole_run.stat().st_size))
    done = CliRunner().invoke(app, ["recover", str(whole_run)])
    assert done.exit_code == 0, done.output
    assert (whole_run.parent / "run-recovered.h5").exists()
    assert "damaged" in done.output
    again = CliRunner().invoke(app, ["recover", str(whole_run)])
    assert again.exit_code == 2
    cut(whole_run, 100)
    refused = CliRunner().invoke(app, ["recover", str(whole_run), "-o", str(whole_run.parent / "x.h5")])
    assert refused.exit_code == 2
