"""A packed run says the same in less space; whatever goes wrong on the way leaves the raw one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from judge import check
from storage_cases import END, make_plan, make_provenance, make_record, slots
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.errors import InputError, StorageError
from qdlab.plan import Axis, Plan, ShotSeries, Slot, Stream
from qdlab.storage import add_note, create_run, inspect_run, open_run, pack_run, recover_run, verify_run

PLAN = make_plan()
SLOTS = list(slots(PLAN))
PIXELS = Axis("wavelength_nm", "nm", tuple(np.linspace(480.0, 700.0, 1024).tolist()))
SHOTS = Stream(
    "ta_dark", ShotSeries, "", (Axis("delay_ps", "ps", (1.0, 2.0, 3.0)),), {"shot": 200, "wavelength": PIXELS}
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "run.h5", PLAN, SLOTS[:-3])


def write(path: Path, plan: Plan, written: list[Slot]) -> Path:
    with create_run(path, plan, None, make_provenance()) as writer:
        for slot in written:
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
        writer.finish("stopped", "stopped on request", END)
    return path


def test_a_packed_run_says_what_it_said(path: Path) -> None:
    with open_run(path) as tree:
        before = tree.load()
    info = inspect_run(path)
    pack_run(path)
    assert list(path.parent.iterdir()) == [path]
    assert verify_run(path) == ()
    assert check(path, PLAN, SLOTS[:-3]) == len(SLOTS) - 3
    with open_run(path, verify=True) as tree:
        assert tree.attrs["damaged_records"] == 0
        assert tree.attrs == before.attrs | {"damaged_records": 0}
        for name in before.children:
            done = before[name].to_dataset().done
            # Whole numbers of a record that is not done mean nothing, before as after.
            assert tree[name].to_dataset().where(done).identical(before[name].to_dataset().where(done))
    after = inspect_run(path)
    assert (after.status, after.reason, after.end_time) == (info.status, info.reason, info.end_time)
    assert [stream.n_done for stream in after.streams] == [stream.n_done for stream in info.streams]


def camera_shots(index: int) -> ShotSeries:
    """Shots as a camera gives them: 14 bit, of which the noise is a few counts."""
    rng = np.random.default_rng(index)
    return ShotSeries(1.0, rng.normal(8000.0, 60.0, (200, 1024)).astype(np.uint16))


def test_shots_shrink_and_are_packed_record_by_record(tmp_path: Path) -> None:
    path, plan = tmp_path / "run.h5", make_plan((SHOTS,))
    with create_run(path, plan, None, make_provenance()) as writer:
        for i in range(2):
            writer.write(SHOTS.slot(i), camera_shots(i))
        writer.finish("stopped", "", END)
    before, after = pack_run(path)
    assert after == path.stat().st_size < 0.75 * before
    with h5py.File(path) as file:
        shots = file["entry/ta_dark/shots"]
        assert shots.chunks == (1, 200, 1024)
        assert (shots.compression, shots.shuffle) == ("gzip", True)
        for i in range(2):
            np.testing.assert_array_equal(shots[i], camera_shots(i).shots)
        # The record that is not there takes no space.
        assert shots.id.get_num_chunks() == 2


def test_a_packed_run_can_be_recovered(path: Path) -> None:
    pack_run(path)
    out = path.with_name("out.h5")
    recover_run(path, out)
    assert check(out, PLAN, SLOTS[:-3]) == len(SLOTS) - 3
    contents = path.read_bytes()
    for share in (0.99, 0.9, 0.8):
        path.write_bytes(contents[: int(share * len(contents))])
        try:
            recover_run(path, out, force=True)
        except InputError:
            continue
        check(out, PLAN)


def test_what_must_not_be_packed_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = path.with_name("running.h5")
    create_run(running, PLAN, None, make_provenance()).close()
    with pytest.raises(InputError, match="the run is running"):
        pack_run(running)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
        with pytest.raises(InputError, match="no room on its disk"):
            pack_run(path)
    pack_run(path)
    with pytest.raises(InputError, match="is packed already"):
        pack_run(path)


def test_a_damaged_run_is_not_packed(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["entry/ta/crc32"][0, 0, 0] = 1
    before = path.read_bytes()
    with pytest.raises(InputError, match="something is wrong"):
        pack_run(path)
    assert path.read_bytes() == before


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("where", "what", "match"),
    [
        ("_pack._write", full, "No space left"),
        ("_replace.verify_run", lambda _: ("record differs",), "record differs"),
    ],
)
def test_whatever_goes_wrong_leaves_the_raw_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, where: str, what: Callable[..., object], match: str
) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(f"qdlab.storage.rewriting.{where}", what)
    with pytest.raises(StorageError, match=match):
        pack_run(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_note_that_is_added_meanwhile_is_not_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def remark(_: Path) -> tuple[str, ...]:
        add_note(path, "the film was scratched")
        return ()

    monkeypatch.setattr("qdlab.storage.rewriting._replace.verify_run", remark)
    with pytest.raises(StorageError, match="it was changed meanwhile; try again"):
        pack_run(path)
    with open_run(path) as run:
        assert "the film was scratched" in run.attrs["log"]


def test_the_command_says_what_it_saved(path: Path) -> None:
    done = CliRunner().invoke(app, ["pack", str(path)])
    assert (done.exit_code, "MB, now" in done.output) == (0, True)
