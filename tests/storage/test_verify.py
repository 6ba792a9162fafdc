"""Every way in which a file can be wrong is found, and a file that is right has nothing to say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from disk import Disk
from storage_cases import END, make_plan, make_provenance, make_record, slots
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.errors import InputError
from qdlab.plan import Lab
from qdlab.storage import create_run, inspect_run, open_run, schema, verify_run

PLAN = make_plan()


@pytest.fixture
def path(tmp_path: Path, lab: Lab) -> Path:
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, lab, make_provenance()) as writer:
        for slot in slots(PLAN):
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        writer.finish("finished", "", END)
    return path


def test_a_run_is_well(path: Path) -> None:
    assert verify_run(path) == ()
    done = CliRunner().invoke(app, ["verify", str(path)])
    assert (done.exit_code, "all is well" in done.output) == (0, True)


def test_a_run_that_goes_on_is_well(tmp_path: Path) -> None:
    with create_run(tmp_path / "run.h5", PLAN, None, make_provenance()) as writer:
        assert verify_run(writer.path) == ()
        slot = next(slots(PLAN))
        writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        assert verify_run(writer.path) == ()


def test_every_text_that_is_required_is_written() -> None:
    nodes = schema.layout(PLAN, None, make_provenance())
    texts = {node.path for node in nodes if isinstance(node, schema.Value) and isinstance(node.contents, str)}
    streams = {schema.stream_path(stream.name, schema.STREAM_TITLE) for stream in PLAN.streams}
    optional = {f"{schema.PROVENANCE}/{name}" for name in ("seed", "truth", "settings", "operator")}
    assert set(schema.REQUIRED_TEXTS) == texts - streams - optional


def remake(file: h5py.File, path: str, **changes: object) -> None:
    """Replace a dataset by one that differs in some way."""
    old = file[path]
    values, attributes = old[()], dict(old.attrs)
    del file[path]
    new = file.create_dataset(path, **({"data": values} | changes))
    new.attrs.update(attributes)


def flip(file: h5py.File, path: str) -> None:
    item = file[path]
    item[0] = item[0] ^ 1


WRONG: list[tuple[Callable[[h5py.File], object], str]] = [
    (lambda f: flip(f, "entry/ta_dark/shots"), r"ta_dark: record \(0,\) differs from its checksum"),
    (lambda f: f["entry/ta/crc32"].write_direct(np.zeros((3, 2, 5), "<u4")), r"record \(2, 1, 4\) differs"),
    (lambda f: f["entry/blank/crc32"].write_direct(np.array(1, "<u4")), r"blank: record \(\) differs"),
    (lambda f: f["entry/pump/done"].write_direct(np.full((3, 2), 7, "u1")), "6 marks are neither 0 nor 1"),
    (lambda f: f["entry/pump/done"].write_direct(np.zeros((3, 2), "u1")), "are marked done, the run"),
    (lambda f: f.__delitem__("entry/title"), "entry/title: there is no such text"),
    (lambda f: f.__delitem__("entry/provenance/plan_digest"), "plan_digest: there is no such text"),
    (lambda f: remake(f, "entry/start_time", data=7), "start_time: there is no such text"),
    (lambda f: remake(f, "entry/run/heartbeat", data=np.float32(1.0)), "heartbeat: float32"),
    (lambda f: remake(f, "entry/run/status", data="finished"), "run/status: object"),
    (lambda f: remake(f, "entry/ta/done", chunks=(1, 1, 1)), "ta/done: not in one piece"),
    (lambda f: remake(f, "entry/ta/crc32", dtype="<u8"), "ta/crc32: uint64"),
    (lambda f: remake(f, "entry/ta/delay_ps", data=np.zeros(4)), "delay_ps: 4 values for 5 places"),
    (lambda f: remake(f, "entry/ta/delay_ps", dtype="<f4"), "delay_ps: an axis is a row of float64"),
    (lambda f: f["entry/ta/wavelength_nm"].attrs.__delitem__("units"), "wavelength_nm: an axis is a row"),
    (lambda f: f.__delitem__("entry/ta/delay_ps"), "entry/ta: no values of delay_ps"),
    (lambda f: remake(f, "entry/cv/current_a", data=np.zeros(6)), "6 places along sample, elsewhere 7"),
    (lambda f: remake(f, "entry/pump/power_w", dtype="<f4"), "float32 is not a type of columns"),
    (lambda f: remake(f, "entry/pump/power_w", data=np.zeros((2, 3))), "3 places along fluence_cm2"),
    (lambda f: remake(f, "entry/pump/power_w", data=np.zeros(6)), "are not those of shape"),
    (lambda f: f["entry/pump/power_w"].attrs.__delitem__("long_name"), "has no units or no long_name"),
    (lambda f: f.__delitem__("entry/ta/shots"), "damaged"),
    (lambda f: f.attrs.__setitem__("qdlab_schema", 99), "layout version 99"),
    (lambda f: f.__setitem__("entry/away", h5py.ExternalLink("/etc/passwd", "/")), "away leads out"),
    (lambda f: f.__setitem__("entry/soft", h5py.SoftLink("/entry/ta")), "soft leads out of the file"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_is_said(path: Path, damage: Callable[[h5py.File], object], said: str) -> None:
    with h5py.File(path, "r+") as file:
        damage(file)
    problems = verify_run(path)
    assert problems
    assert re.search(said, "\n".join(problems)), problems
    done = CliRunner().invoke(app, ["verify", str(path)])
    assert done.exit_code == 1


def test_data_kept_elsewhere_are_refused(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("entry/outside", (4,), "u1", external="/etc/passwd")
    assert "outside leads out of the file" in verify_run(path)[0]


def test_a_file_that_is_cut_short_is_wrong_and_its_lost_records_are_named(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 2000)
    first, *rest = verify_run(path)
    assert "2000 of" in first
    assert any("differs from its checksum" in line for line in rest)


def test_a_spill_that_waits_is_wrong(tmp_path: Path) -> None:
    disk, path = Disk(), tmp_path / "run.h5"
    with disk.writer(path, PLAN) as writer:
        disk.fails = lambda name: name == "run.h5"
        slot = next(slots(PLAN))
        writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        writer.finish("finished", "", END)
    assert verify_run(path) == ("records are in run.h5.spill; merge them with qdlab recover",)
    (tmp_path / "run.h5.spill").write_bytes(b"rubbish")
    assert "is of another file, or holds nothing whole" in verify_run(path)[0]


@pytest.mark.parametrize("contents", [b"", b"\x89HDF\r\n\x1a\n" + bytes(100), b"a,b\n1,2\n"])
def test_what_is_no_run_file_is_wrong(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "other.h5").write_bytes(contents)
    (problem,) = verify_run(tmp_path / "other.h5")
    assert "not a run file" in problem
    assert verify_run(tmp_path / "none.h5") == (f"{tmp_path / 'none.h5'}: there is no such file",)


def test_no_claim_makes_it_read_more_than_is_sane(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        remake(file, "entry/pump/done", data=None, shape=(2**20, 2**10), dtype="u1", chunks=(1024, 1024))
    (problem,) = verify_run(path)[-1:]
    assert "claims 1073741824 bytes" in problem


def claim_without_storage(file: h5py.File) -> None:
    remake(file, "entry/ta_seen/delta_a", data=None, shape=(5, 2**28), dtype="<f8")


def claim_of_pieces(file: h5py.File) -> None:
    remake(file, "entry/ta_seen/delta_a", data=None, shape=(5, 2**28), dtype="<f8", chunks=(1, 1024))


def claim_elsewhere(file: h5py.File) -> None:
    file.create_dataset("entry/more", (2**20, 2**20), "u1")


@pytest.mark.parametrize("claim", [claim_without_storage, claim_of_pieces, claim_elsewhere])
def test_a_claim_of_ten_gigabytes_in_a_small_file_is_refused_before_any_of_it_is_read(
    path: Path, claim: Callable[[h5py.File], None]
) -> None:
    with h5py.File(path, "r+") as file:
        claim(file)
    for look in (open_run, inspect_run):
        with pytest.raises(InputError, match=r"claims \d{11,} bytes"):
            look(path)
    (problem,) = verify_run(path)
    assert "claims" in problem
