"""A run that did not finish goes on in its file: what is there stays bit for bit, the rest is measured."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from disk import Disk
from judge import check
from storage_cases import DELAY, END, STREAMS, make_plan, make_provenance, make_record, slots

from qdlab.errors import InputError, StorageError
from qdlab.plan import Plan, Slot, columns
from qdlab.storage import (
    RunWriter,
    create_run,
    inspect_run,
    open_run,
    pack_run,
    recover_run,
    reopen_run,
    schema,
    verify_run,
)
from qdlab.storage.disk._spill import spill_path
from qdlab.storage.writing._log import LEFT_OUT

PLAN = make_plan()
SLOTS = list(slots(PLAN))
HALF = 25


def write(writer: RunWriter, some: list[Slot]) -> None:
    for slot in some:
        writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A run that was stopped half way."""
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, None, make_provenance()) as writer:
        write(writer, SLOTS[:HALF])
        writer.finish("stopped", "stopped\non request", END)
    return path


def record_bytes(path: Path, slot: Slot) -> list[bytes]:
    with h5py.File(path, "r") as file:
        group = file["entry"][slot.stream]
        return [np.asarray(group[name][slot.index]).tobytes() for name in (*group.attrs["columns"], "crc32")]


def test_a_resumed_run_keeps_what_is_there_and_finishes(path: Path) -> None:
    before = [record_bytes(path, slot) for slot in SLOTS[:HALF]]
    with reopen_run(path, PLAN) as writer:
        assert inspect_run(path).status == "running"
        assert (inspect_run(path).reason, inspect_run(path).end_time) == ("", "")
        assert writer.n_done == HALF
        assert [writer.is_done(slot) for slot in SLOTS] == [True] * HALF + [False] * (len(SLOTS) - HALF)
        with pytest.raises(StorageError, match="is written already"):
            write(writer, SLOTS[:1])
        write(writer, SLOTS[HALF:])
        writer.finish("finished", "", END)
    assert check(path, PLAN, SLOTS) == len(SLOTS)
    assert verify_run(path) == ()
    assert [record_bytes(path, slot) for slot in SLOTS[:HALF]] == before
    with open_run(path) as tree:
        (line,) = tree.attrs["log"].splitlines()
    assert re.fullmatch(
        rf"20\S+ resumed on .*; before that stopped {re.escape(END.isoformat())}: stopped on request",
        line,
    )


def test_it_may_be_resumed_again_and_again(path: Path) -> None:
    for number in range(40):
        with reopen_run(path, PLAN) as writer:
            write(writer, SLOTS[HALF + number // 2 : HALF + number // 2 + number % 2])
            writer.finish("failed", f"failure {number}: " + "ä" * 100, END)
    with open_run(path) as tree:
        lines = tree.attrs["log"].splitlines()
    assert len(lines) == 40
    assert "failure 38" in lines[-1]
    assert check(path, PLAN, SLOTS[: HALF + 20]) == HALF + 20


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_what_is_there_is_read_back_as_the_record_it_was(tmp_path: Path, stream: object) -> None:
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, None, make_provenance()) as writer:
        write(writer, SLOTS)
        writer.finish("stopped", "", END)
    with reopen_run(path, PLAN) as writer:
        for slot in SLOTS:
            wanted, found = make_record(PLAN.stream(slot.stream), slot.index), writer.read(slot)
            assert type(found) is type(wanted)
            for item in columns(type(wanted)):
                value = getattr(found, item.name)
                np.testing.assert_array_equal(value, getattr(wanted, item.name))
                assert item.dims or type(value) in (bool, float, int)
    with h5py.File(path, "r+") as file:
        file["entry/pump/crc32"][0, 0] ^= 1


def test_what_is_not_there_or_not_whole_is_not_read(path: Path) -> None:
    with reopen_run(path, PLAN) as writer:
        with pytest.raises(StorageError, match=r"record \(2, 1, 4\) is not there"):
            writer.read(SLOTS[-6])
        with pytest.raises(StorageError, match="no stream 'tea'"):
            writer.is_done(Slot("tea", ()))
        with h5py.File(path, "r+") as file:
            file["entry/blank/crc32"][()] = 1
        with pytest.raises(StorageError, match=r"blank \(\) differs from its checksum"):
            writer.read(Slot("blank", ()))


def test_a_damaged_record_counts_as_not_done_and_is_measured_again(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["entry/ta/crc32"][0, 0, 0] ^= 1
    damaged = Slot("ta", (0, 0, 0))
    assert damaged in SLOTS[:HALF]
    with reopen_run(path, PLAN) as writer:
        assert writer.n_done == HALF - 1
        assert not writer.is_done(damaged)
        assert inspect_run(path).n_done == HALF - 1
        write(writer, [damaged, *SLOTS[HALF:]])
        writer.finish("finished", "", END)
    assert verify_run(path) == ()
    assert check(path, PLAN, SLOTS) == len(SLOTS)


def test_a_spill_is_brought_home_first(tmp_path: Path) -> None:
    disk, path = Disk(), tmp_path / "run.h5"
    with disk.writer(path, PLAN) as writer:
        disk.fails = lambda name: name == "run.h5"
        write(writer, SLOTS[:HALF])
        writer.finish("failed", "the share is gone", END)
    assert spill_path(path).exists()
    with reopen_run(path, PLAN) as writer:
        assert not spill_path(path).exists()
        assert writer.n_done == HALF
        write(writer, SLOTS[HALF:])
        writer.finish("finished", "", END)
    assert check(path, PLAN, SLOTS) == len(SLOTS)


def test_a_spill_that_cannot_be_brought_home_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, path = Disk(), tmp_path / "run.h5"
    with disk.writer(path, PLAN) as writer:
        disk.fails = lambda name: name == "run.h5"
        write(writer, SLOTS[:HALF])
        writer.finish("failed", "the share is gone", END)

    def full(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("qdlab.storage.writing._reopen.Bytes.sync", full)
        with pytest.raises(StorageError, match=r"the run cannot be resumed: .*Input/output"):
            reopen_run(path, PLAN)
    assert spill_path(path).exists()
    assert check(path, PLAN, SLOTS[:HALF]) == HALF


def test_a_run_that_died_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, None, make_provenance()) as writer:
        write(writer, SLOTS[:HALF])
    with pytest.raises(InputError, match="the run is running; only one that stopped, failed or died"):
        reopen_run(path, PLAN)
    monkeypatch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)
    with reopen_run(path, PLAN) as writer:
        write(writer, SLOTS[HALF:])
        writer.finish("finished", "", END)
    assert check(path, PLAN, SLOTS) == len(SLOTS)
    with open_run(path) as tree:
        assert tree.attrs["log"].endswith("before that died\n")


def test_what_was_recovered_is_resumed(path: Path) -> None:
    out = path.with_name("out.h5")
    recover_run(path, out)
    with reopen_run(out, PLAN) as writer:
        write(writer, SLOTS[HALF:])
        writer.finish("finished", "", END)
    assert check(out, PLAN, SLOTS) == len(SLOTS)


def test_what_is_discarded_is_measured_again(path: Path) -> None:
    with reopen_run(path, PLAN) as writer:
        writer.discard([SLOTS[3], SLOTS[4], SLOTS[-1]])
        assert [writer.is_done(slot) for slot in (SLOTS[2], SLOTS[3], SLOTS[4])] == [True, False, False]
        assert inspect_run(path).n_done == writer.n_done == HALF - 2
        write(writer, [SLOTS[3], SLOTS[4], *SLOTS[HALF:]])
        writer.finish("finished", "", END)
    assert check(path, PLAN, SLOTS) == len(SLOTS)


def n_kept(log: str) -> int:
    return log.count("ä" * 500)


def test_the_log_takes_lines_until_it_is_full_and_says_how_many_it_did_not(path: Path) -> None:
    with reopen_run(path, PLAN) as writer:
        writer.note("the film\nlooks fine: µ", END)
        with open_run(path) as tree:
            assert tree.attrs["log"].splitlines()[1] == "2021-01-01T13:30:00+00:00 the film looks fine: µ"
        for _ in range(40):
            writer.note("ä" * 500, END)
        writer.note("short", END)
        writer.finish("stopped", "", END)
    with open_run(path) as tree:
        log = tree.attrs["log"]
    assert len(log.encode()) <= schema.TEXT_BYTES[schema.LOG]
    assert log.splitlines()[-2:] == [
        f"2021-01-01T13:30:00+00:00 {'ä' * 500}",
        f"{LEFT_OUT}{41 - n_kept(log)}",
    ]
    with reopen_run(path, PLAN) as writer:
        writer.note("one more", END)
    with open_run(path) as tree:
        assert tree.attrs["log"] == log.replace(
            f"{LEFT_OUT}{41 - n_kept(log)}", f"{LEFT_OUT}{43 - n_kept(log)}"
        )
    assert verify_run(path) == ()


def other_axis(plan: Plan) -> Plan:
    moved = replace(DELAY, values=(-3.0, 0.0, 5.0, 6.0, 2000.0))
    return make_plan(tuple(replace(s, axes=(moved,)) if s.name == "ta_seen" else s for s in plan.streams))


@pytest.mark.parametrize(
    ("plan", "match"),
    [
        (replace(PLAN, parameters={"potentials_v": [1.0]}), "was measured by another plan"),
        (make_plan(STREAMS[:-1]), "has the streams ta_dark, .*, ta_seen, not those of the plan"),
        (other_axis(PLAN), "ta_seen: the values of delay_ps are not those of the plan"),
        (
            make_plan((*STREAMS[:-1], replace(STREAMS[-1], record=type(make_record(STREAMS[5], (0, 0)))))),
            "ta_seen: its columns are not those",
        ),
    ],
    ids=["other parameters", "other streams", "other axis", "other records"],
)
def test_another_plan_is_refused(path: Path, plan: Plan, match: str) -> None:
    before = path.read_bytes()
    with pytest.raises(InputError, match=match):
        reopen_run(path, plan)
    assert path.read_bytes() == before


def finish(path: Path) -> None:
    with reopen_run(path, PLAN) as writer:
        write(writer, SLOTS[HALF:])
        writer.finish("finished", "", END)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("change", "match"),
    [(finish, "the run is finished; only one"), (pack_run, "is packed"), (cut, "cut short")],
)
def test_a_file_that_takes_no_more_records_is_refused(
    path: Path, change: Callable[[Path], object], match: str
) -> None:
    change(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=match):
        reopen_run(path, PLAN)
    assert path.read_bytes() == before


def test_a_kill_while_it_is_reopened_costs_nothing(path: Path) -> None:
    """The end is forgotten only once its history is on the disk; every prefix of the writes still opens."""
    calls: list[tuple[int, bytes]] = []
    start = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        write_some = "qdlab.storage.disk._bytes.Bytes._write_some"

        def remember(_: object, data: memoryview, offset: int) -> int:
            calls.append((offset, bytes(data)))
            return len(data)

        patch.setattr(write_some, remember)
        reopen_run(path, PLAN).close()
        patch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)
        contents = bytearray(start)
        for offset, data in calls:
            contents[offset : offset + len(data)] = data
            path.write_bytes(contents)
            assert check(path, PLAN, SLOTS[:HALF]) == HALF
            assert inspect_run(path).status in ("stopped", "died")
