"""What is exported is imported again, every digit of it; and the file is what its format says."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest
from format_cases import EXPORT, IMPORT, PS_AND_OD, UNITLESS, exported_maps, small_map, write_run
from hypothesis import HealthCheck, given, settings

from qdlab.errors import InputError, StorageError
from qdlab.storage import export_file, import_file, open_run
from qdlab.storage.formats import ExportedMap, ImportedMap, Units

NAMES = sorted(EXPORT)
UNSAID = Units()
SENTINEL_OD = 21.47483647


@pytest.mark.parametrize("name", NAMES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(exported=exported_maps())
def test_a_round_trip_keeps_every_bit(tmp_path: Path, name: str, exported: ExportedMap) -> None:
    path = tmp_path / "map"
    EXPORT[name].write(exported, path)
    assert [known for known, item in IMPORT.items() if not item.generic and item.sniff(path)] == [name]
    found = IMPORT[name].read(path, PS_AND_OD if name in UNITLESS else UNSAID)
    assert isinstance(found, ImportedMap)
    unread = (np.abs(exported.delta_a) == SENTINEL_OD) & (name == "pascher-sia")
    np.testing.assert_array_equal(found.delays_ps, exported.delays_ps)
    np.testing.assert_array_equal(found.wavelengths_nm, exported.wavelengths_nm)
    np.testing.assert_array_equal(found.delta_a, np.where(unread, np.nan, exported.delta_a))
    if EXPORT[name].holds.errors:
        assert found.delta_a_error is not None
        np.testing.assert_array_equal(found.delta_a_error, exported.delta_a_error)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_goes_out_and_comes_back(tmp_path: Path, name: str) -> None:
    run, out, back = tmp_path / "run.h5", tmp_path / "map.out", tmp_path / "back.h5"
    delta_a = write_run(run, (-0.3, 0.0, -1.2), (1e12, 3e13))
    remarks = export_file(run, out, name, potential_v=0.0, fluence_cm2=3e13)
    assert any("errors" in remark for remark in remarks) is not EXPORT[name].holds.errors
    assert any("Potential (V) 0.0" in remark for remark in remarks) is not EXPORT[name].holds.facts
    assert import_file(out, back, units=PS_AND_OD if name in UNITLESS else UNSAID) == name
    with open_run(back) as tree:
        ta = tree["ta"].to_dataset()
        np.testing.assert_array_equal(ta.delta_a.values[0, 0], delta_a[1, 1])
        np.testing.assert_array_equal(ta.delay_ps.values, [-3.0, 5.0, 2000.0])
        if EXPORT[name].holds.errors:
            np.testing.assert_array_equal(ta.delta_a_error.values[0, 0], 1e-5)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["back.h5", "map.out", "run.h5"]


def test_what_was_not_measured_is_a_gap_and_said(tmp_path: Path) -> None:
    write_run(tmp_path / "run.h5", (-0.3,), (1e12,))
    remarks = export_file(tmp_path / "run.h5", tmp_path / "map.npz", "npz")
    assert remarks == ("4 of 12 values are not known; written as gaps (NaN)",)
    with np.load(tmp_path / "map.npz", allow_pickle=False) as arrays:
        assert arrays["done"].tolist() == [[True] * 4, [True] * 4, [False] * 4]
        assert arrays["potential_v"] == -0.3
        assert arrays["facts"].tolist() == [
            "Title: a run", "Potential (V): -0.3", "Pump fluence (photons/cm2): 1000000000000.0",
        ]  # fmt: skip


def test_glotaran_gets_no_gaps(tmp_path: Path) -> None:
    delta_a = small_map().delta_a
    run, out = tmp_path / "run.h5", tmp_path / "map.ascii"
    EXPORT["npz"].write(small_map(), tmp_path / "map.npz")
    import_file(tmp_path / "map.npz", run)
    remarks = export_file(run, out, "glotaran-ascii")
    assert "no place for gaps: 0 of 3 delays and 1 of 2 wavelengths are left out" in remarks[0]
    found = IMPORT["glotaran-ascii"].read(out, PS_AND_OD)
    np.testing.assert_array_equal(found.delta_a, delta_a[:, :1])
    EXPORT["npz"].write(small_map(delta_a=np.where(np.eye(3, 2) == 1.0, 1e-3, np.nan)), tmp_path / "map.npz")
    import_file(tmp_path / "map.npz", run, force=True)
    with pytest.raises(InputError, match="no place for gaps, and every wavelength has one"):
        export_file(run, out, "glotaran-ascii", force=True)


def test_which_map_is_asked_for_when_there_are_several(tmp_path: Path) -> None:
    run, out = tmp_path / "run.h5", tmp_path / "map.csv"
    delta_a = write_run(run, (-0.3, -1.2, -0.3), (1e12, 3e13))
    with pytest.raises(InputError, match=r"say which one with --potential, in V: -0\.3, -1\.2, -0\.3"):
        export_file(run, out, "csv", fluence_cm2=1e12)
    with pytest.raises(
        InputError, match=r"--fluence 2e\+12 cm\^-2 is not in the run; there are 1e\+12, 3e\+13"
    ):
        export_file(run, out, "csv", potential_v=-1.2, fluence_cm2=2e12)
    assert not out.exists()
    remarks = export_file(run, out, "csv", potential_v=-0.3, fluence_cm2=1e12)
    assert remarks == ("--potential -0.3 V is in the run 2 times; the first is taken",)
    np.testing.assert_array_equal(IMPORT["csv"].read(out).delta_a, delta_a[0, 0])


def test_fluences_that_the_run_chose_are_asked_for_by_what_they_were(tmp_path: Path) -> None:
    run, out = tmp_path / "run.h5", tmp_path / "map.npz"
    chosen = {(0, 0): 1e12, (0, 1): 3e13, (1, 0): 2e12}
    delta_a = write_run(run, (-0.3, -1.2), (math.nan, math.nan), chosen)
    with pytest.raises(InputError, match=r"say which one with --fluence, in cm\^-2: 1e\+12, 3e\+13"):
        export_file(run, out, "npz", potential_v=-0.3)
    with pytest.raises(InputError, match=r"--fluence 3e\+13 cm\^-2 is not in the run; there are 2e\+12$"):
        export_file(run, out, "npz", potential_v=-1.2, fluence_cm2=3e13)
    export_file(run, out, "npz", potential_v=-1.2, fluence_cm2=2e12)
    with np.load(out, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["delta_a"], delta_a[1, 0])
        assert "Pump fluence (photons/cm2): 2000000000000.0" in arrays["facts"].tolist()


def test_an_export_replaces_nothing_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, old = tmp_path / "run.h5", tmp_path / "old.ufs"
    write_run(run, (-0.3,), (1e12,))
    old.write_text("old")
    before = run.read_bytes()
    with pytest.raises(InputError, match="--force"):
        export_file(run, old, "ufs")
    with pytest.raises(InputError, match="no format 'excel' to export; known: csv, glotaran-ascii"):
        export_file(run, old, "excel", force=True)
    with pytest.raises(InputError, match="is the run file itself"):
        export_file(run, run, "ufs", force=True)
    with monkeypatch.context() as patch:
        patch.setattr(EXPORT["ufs"].__class__, "write", _fail)
        with pytest.raises(StorageError, match="the disk is gone"):
            export_file(run, old, "ufs", force=True)
    assert old.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [old, run]
    export_file(run, old, "ufs", force=True)
    assert IMPORT["ufs"].sniff(old)
    assert run.read_bytes() == before


def _fail(*_: object) -> None:
    raise OSError("the disk is gone")


def test_a_file_without_transient_absorption_has_nothing_to_export(tmp_path: Path) -> None:
    sweep = tmp_path / "cv.txt"
    sweep.write_text("Time (s);WE(1).Potential (V);WE(1).Current (A)\n0;0,1;1E-6\n")
    import_file(sweep, tmp_path / "cv.h5")
    with pytest.raises(InputError, match="no transient absorption in it, nothing to export"):
        export_file(tmp_path / "cv.h5", tmp_path / "out.csv", "csv")


def test_ufs_is_laid_out_byte_by_byte(tmp_path: Path) -> None:
    """The sequence of the layout, written with struct alone."""

    def string(text: bytes) -> bytes:
        return struct.pack(">I", len(text)) + text

    end = b"file info:\nTitle: a film\nPotential (V): -0.3\nPump fluence (photons/cm2): 30000000000000.0\n"
    wanted = (
        string(b"Version2")
        + string(b"Wavelength") + string(b"nm") + struct.pack(">I2d", 2, 600.0, 620.5)
        + string(b"Time") + string(b"ps") + struct.pack(">I3d", 3, -3.0, 5.0, 5.0)
        + string(b"DA") + struct.pack(">3I", 0, 2, 3)
        + struct.pack(">3d", 0.0, -0.00042, -0.25) + struct.pack(">3d", 1e-5, float("nan"), 1 / 3)
        + string(end)
    )  # fmt: skip
    EXPORT["ufs"].write(small_map(), tmp_path / "map.ufs")
    assert (tmp_path / "map.ufs").read_bytes() == wanted


TEXTS = {
    "csv": (
        "# Title: a film\n# Potential (V): -0.3\n# Pump fluence (photons/cm2): 30000000000000.0\n"
        "delay_ps,wavelength_nm,delta_a,delta_a_error\n-3.0,600.0,0.0,1e-06\n-3.0,620.5,1e-05,2e-06\n"
        "5.0,600.0,-0.00042,3e-06\n5.0,620.5,,\n5.0,600.0,-0.25,\n5.0,620.5,0.3333333333333333,1e-07\n"
    ),
    "glotaran-ascii": (
        "a film\ndelays in ps, wavelengths in nm, dA in OD; Potential (V): -0.3; "
        "Pump fluence (photons/cm2): 30000000000000.0\nTime explicit\nIntervalnr 3\n-3.0\t5.0\t5.0\n"
        "600.0\t0.0\t-0.00042\t-0.25\n620.5\t1e-05\tNaN\t0.3333333333333333\n"
    ),
    "helios-csv": (
        "0,-3.0,5.0,5.0\r\n600.0,0.0,-0.00042,-0.25\r\n620.5,1e-05,NaN,0.3333333333333333\r\nfile info:\r\n"
        "Title: a film\r\nPotential (V): -0.3\r\nPump fluence (photons/cm2): 30000000000000.0\r\n"
        "Time units: ps\r\nZ axis title: dA\r\n"
    ),
    "pascher-sia": (
        "Time in ps\t600.0\t620.5\n-3.0\t0.0\t1e-05\n5.0\t-0.00042\tNaN\n5.0\t-0.25\t0.3333333333333333\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_what_its_format_says(tmp_path: Path, name: str) -> None:
    EXPORT[name].write(small_map(), tmp_path / "map")
    assert (tmp_path / "map").read_bytes().decode() == TEXTS[name]
