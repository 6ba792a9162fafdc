"""A reduction is kept in the file of its run, with all it takes to repeat it, and costs no record."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from disk import Disk
from judge import check
from storage_cases import END, STREAMS, make_plan, make_provenance, make_record, slots

import qdlab
from qdlab.errors import InputError, StorageError
from qdlab.plan import Slot
from qdlab.storage import (
    create_run,
    inspect_run,
    open_run,
    pack_run,
    recover_run,
    reopen_run,
    store_results,
    verify_run,
)

PLAN = make_plan()
SLOTS = list(slots(PLAN))
TOLD = {
    "choices": {"band_nm": [606.0, 630.0], "n_bootstrap": 1000, "gain_delay_ps": None},
    "notes": ["µ is not known"],
    "digest": "ab12",
}
THRESHOLDS = xr.Dataset(
    {
        "n_gain": ("potential_v", [1.5, np.nan], {"units": "", "long_name": "excitons per dot"}),
        "censored": ("potential_v", np.array(["", "below"], dtype=object)),
        "is_limit": ("potential_v", [False, True]),
        "n_points": ((), 9),
    },
    {"potential_v": ("potential_v", [-0.3, -1.5], {"units": "V"})},
    {"model": "counting", "order": 3},
)
MAP = xr.Dataset(
    {"a_star": (("delay_ps", "bin"), np.arange(6.0).reshape(2, 3))}, {"delay_ps": ("delay_ps", [1.0, 5.0])}
)
RESULTS = {"thresholds": THRESHOLDS, "map": MAP}


def write(path: Path, written: list[Slot]) -> Path:
    with create_run(path, PLAN, None, make_provenance()) as writer:
        for slot in written:
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        writer.finish("stopped", "stopped on request", END)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "run.h5", SLOTS[:-3])


def test_results_come_back_as_they_were_and_no_record_changes(path: Path) -> None:
    before = inspect_run(path)
    store_results(path, RESULTS, TOLD)
    assert list(path.parent.iterdir()) == [path]
    assert verify_run(path) == ()
    assert check(path, PLAN, SLOTS[:-3]) == len(SLOTS) - 3
    with qdlab.open(path) as run:
        kept = run["results"]["reduction"]
        assert kept.attrs.items() >= {**TOLD, "is_current": True, "n_records": len(SLOTS) - 3}.items()
        assert kept.attrs["program"] == "qdlab"
        for name, wanted in RESULTS.items():
            xr.testing.assert_identical(kept[name].to_dataset().load(), wanted)
    after = inspect_run(path)
    assert (after.status, after.reason, after.end_time) == (before.status, before.reason, before.end_time)
    assert after.streams == before.streams


def test_the_same_name_is_replaced_and_another_one_stays(path: Path) -> None:
    store_results(path, RESULTS, TOLD, name="first look")
    store_results(path, RESULTS, TOLD)
    store_results(path, {"map": MAP}, {"digest": "cd34"})
    with open_run(path) as run:
        assert list(run["results"].children) == ["first look", "reduction"]
        assert list(run["results/reduction"].children) == ["map"]
        assert run["results/reduction"].attrs["digest"] == "cd34"
        assert "choices" not in run["results/reduction"].attrs
        assert run["results/first look"].attrs["digest"] == "ab12"


def test_results_of_fewer_records_than_there_are_say_so(path: Path) -> None:
    store_results(path, RESULTS, TOLD)
    with reopen_run(path, PLAN) as writer:
        writer.write(SLOTS[-1], make_record(PLAN.stream(SLOTS[-1].stream), SLOTS[-1].index))
        writer.finish("stopped", "", END)
    with open_run(path) as run:
        assert not run["results/reduction"].attrs["is_current"]
    store_results(path, RESULTS, TOLD)
    with open_run(path) as run:
        assert run["results/reduction"].attrs["is_current"]


def test_a_packed_file_stays_packed(path: Path) -> None:
    pack_run(path)
    with h5py.File(path) as file:
        pieces = file["entry/ta/shots"].id.get_storage_size()
    store_results(path, RESULTS, TOLD)
    with h5py.File(path) as file:
        shots = file["entry/ta/shots"]
        assert (shots.compression, shots.shuffle, shots.id.get_storage_size()) == ("gzip", True, pieces)
    assert verify_run(path) == ()
    assert check(path, PLAN, SLOTS[:-3]) == len(SLOTS) - 3


def test_results_survive_packing_recovering_and_a_cut(path: Path) -> None:
    store_results(path, RESULTS, TOLD)
    contents = path.read_bytes()
    pack_run(path)
    packed = path.with_name("packed.h5")
    path.rename(packed)
    path.write_bytes(contents[:-500])
    recover_run(path, path.with_name("recovered.h5"))
    for one in (packed, path.with_name("recovered.h5")):
        with open_run(one) as run:
            xr.testing.assert_identical(run["results/reduction/thresholds"].to_dataset().load(), THRESHOLDS)


def test_other_programs_find_results_as_a_process_with_plots(path: Path) -> None:
    store_results(path, RESULTS, TOLD)
    with h5py.File(path) as file:
        kept = file["entry/results/reduction"]
        assert kept.attrs["NX_class"] == "NXprocess"
        assert (kept["program"].asstr()[()], kept["map"].attrs["NX_class"]) == ("qdlab", "NXdata")
        assert kept["map"].attrs["signal"] == "a_star"
        assert list(kept["map"].attrs["axes"]) == ["delay_ps", "."]
        assert kept["map"].attrs["delay_ps_indices"] == 0
        assert kept["thresholds/potential_v"].attrs["units"] == "V"


def go_on(path: Path) -> None:
    create_run(path, PLAN, None, make_provenance(), force=True).close()


def damage(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["entry/ta/crc32"][0, 0, 0] ^= 1


def spill(path: Path) -> None:
    disk = Disk()
    path.unlink()
    with disk.writer(path, PLAN) as writer:
        disk.fails = lambda name: name == "run.h5"
        writer.write(SLOTS[0], make_record(PLAN.stream(SLOTS[0].stream), SLOTS[0].index))
        writer.finish("stopped", "", END)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        (go_on, InputError, "the run goes on"),
        (spill, InputError, r"records are in run\.h5\.spill"),
        (damage, StorageError, "differs from its checksum"),
    ],
)
def test_a_file_that_is_not_whole_and_still_takes_no_results(
    path: Path, change: Callable[[Path], None], error: type[Exception], match: str
) -> None:
    change(path)
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    with pytest.raises(error, match=match):
        store_results(path, RESULTS, TOLD)
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before


def test_a_run_that_died_takes_no_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.h5"
    go_on(path)
    monkeypatch.setattr("qdlab.storage.reading._file.is_alive", lambda _: False)
    with pytest.raises(InputError, match="the run died; recover it first"):
        store_results(path, RESULTS, TOLD)


@pytest.mark.parametrize("for_results", [0, 1000], ids=["no room for the file", "none for the results in it"])
def test_without_room_for_a_second_file_nothing_is_made(
    path: Path, monkeypatch: pytest.MonkeyPatch, for_results: int
) -> None:
    free = path.stat().st_size * bool(for_results) + for_results
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free})())
    with pytest.raises(InputError, match="no room on its disk for a second file"):
        store_results(path, RESULTS, TOLD)


def test_whatever_fails_on_the_way_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for where in ("_rewrite._copy", "_replace.verify_run", "_replace.sync_folder"):
        with monkeypatch.context() as patch:
            patch.setattr(f"qdlab.storage.rewriting.{where}", full)
            with pytest.raises(StorageError, match=r"could not be written anew: .*No space left"):
                store_results(path, RESULTS, TOLD)
        if where != "_replace.sync_folder":
            assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert check(path, PLAN, SLOTS[:-3]) == len(SLOTS) - 3


def test_a_file_that_changes_meanwhile_is_not_replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(_: Path) -> tuple[str, ...]:
        os.utime(path, ns=(1, 1))
        return ()

    monkeypatch.setattr("qdlab.storage.rewriting._replace.verify_run", change)
    with pytest.raises(StorageError, match="it was changed meanwhile; try again"):
        store_results(path, RESULTS, TOLD)


@pytest.mark.parametrize(
    ("results", "told", "match"),
    [
        ({"a/b": MAP}, {}, "'a/b'"),
        ({"..": MAP}, {}, r"'\.\.'"),
        ({"map": MAP}, {"map": 1}, "'map'"),
        ({"map": MAP}, {"version": 1}, "'version'"),
        ({"map": xr.Dataset({"when": ("n", np.array(["2021"], "datetime64[s]"))})}, {}, "numbers and texts"),
        ({"map": xr.Dataset({"it": ("n", np.array([object()]))})}, {}, "numbers and texts, not object"),
    ],
)
def test_what_has_no_place_in_the_file_is_refused(
    path: Path, results: dict[str, xr.Dataset], told: dict[str, object], match: str
) -> None:
    before = path.read_bytes()
    with pytest.raises(InputError, match=match):
        store_results(path, results, told)
    assert path.read_bytes() == before


def test_no_stream_can_be_called_results() -> None:
    stream = replace(STREAMS[-1], name="results")
    with pytest.raises(ValueError, match="entry/results"):
        create_run(Path("never.h5"), make_plan((stream,)), None, make_provenance())
