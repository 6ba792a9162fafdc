from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qdlab.errors import InputError, StorageError
from qdlab.storage import import_file, inspect_run, open_run, verify_run
from qdlab.storage.disk._spill import spill_path
from qdlab.storage.formats import ImportedMap
from qdlab.storage.formats.helios_csv import HeliosCsv

REAL = Path(__file__).parents[3] / "shared" / "data" / "helios_solvent.csv"

SMALL = """0,-1.0,0,2.5,2.5
450.5,1e-3,NaN,-2E-3,0
451,,0.5,nan,-0.25
file info:Date: July 22, 2009
Sample: CdSe
Pump energy (µJ): 0.1
Comments:
Measurement time: 00:04:37

Time units: ps
Sep 3, 2025 5:08 PM : Data saved.
"""
SMALL_DELTA_A = [[1e-3, math.nan], [math.nan, 0.5], [-2e-3, math.nan], [0.0, -0.25]]

finite = st.floats(allow_nan=False, allow_infinity=False)
wavelengths_nm = st.floats(1.0, 1e5)


@st.composite
def maps(draw: st.DrawFn) -> tuple[list[float], list[float], NDArray[np.float64]]:
    """Delays in any order, also repeated; wavelengths likewise; dA of any size, with gaps."""
    delays_ps = draw(st.lists(finite, min_size=1, max_size=6))
    rows_nm = draw(st.lists(wavelengths_nm, min_size=1, max_size=5))
    cell = finite | st.just(math.nan)
    row = st.lists(cell, min_size=len(delays_ps), max_size=len(delays_ps))
    delta_a = draw(st.lists(row, min_size=len(rows_nm), max_size=len(rows_nm)))
    return delays_ps, rows_nm, np.array(delta_a).T


def as_csv(delays_ps: list[float], rows_nm: list[float], delta_a: NDArray[np.float64], gap: str) -> str:
    rows = [[0.0, *delays_ps], *([nm, *values] for nm, values in zip(rows_nm, delta_a.T, strict=True))]
    cells = [[gap if math.isnan(value) else repr(float(value)) for value in row] for row in rows]
    return "\n".join(",".join(row) for row in cells)


def read_or_refuse(path: Path) -> ImportedMap | str:
    try:
        return HeliosCsv().read(path)
    except InputError as error:
        return str(error)


def make(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    measured=maps(),
    gap=st.sampled_from(["NaN", "nan", "", " "]),
    line_end=st.sampled_from(["\n", "\r", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
    footer=st.sampled_from(
        ["", "\n", "\nfile info:Pump energy (µJ): 1\n", "\n\nFile info\nSolvent: THF\n\n"]
    ),
)
def test_what_was_exported_is_read_exactly(
    tmp_path: Path,
    measured: tuple[list[float], list[float], NDArray[np.float64]],
    gap: str,
    line_end: str,
    encoding: str,
    footer: str,
) -> None:
    delays_ps, rows_nm, delta_a = measured
    text = (as_csv(delays_ps, rows_nm, delta_a, gap) + footer).replace("\n", line_end)
    path = make(tmp_path / "map.csv", text, encoding)
    found = HeliosCsv().read(path)
    assert HeliosCsv().sniff(path) is ("info" in footer)
    np.testing.assert_array_equal(found.delays_ps, delays_ps)
    np.testing.assert_array_equal(found.wavelengths_nm, rows_nm)
    np.testing.assert_array_equal(found.delta_a, delta_a)


@pytest.mark.parametrize(
    ("line_end", "name"), [("\r", "CR"), ("\n", "LF"), ("\r\n", "CRLF")], ids=["CR", "LF", "CRLF"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_an_import_is_a_finished_run_with_one_stream(
    tmp_path: Path, line_end: str, name: str, encoding: str
) -> None:
    source = make(tmp_path / "map.csv", SMALL.replace("\n", line_end), encoding)
    import_file(source, tmp_path / "out.h5")
    with open_run(tmp_path / "out.h5", verify=True) as tree:
        assert list(tree.children) == ["ta"]
        ta = tree["ta"].to_dataset()
        assert ta.attrs["record"] == "DeltaA"
        assert ta.delta_a.dims == ("potential_v", "fluence_cm2", "delay_ps", "wavelength_nm")
        assert np.isnan(ta.potential_v.values).tolist() == np.isnan(ta.fluence_cm2.values).tolist() == [True]
        assert ta.delay_ps.values.tolist() == [-1.0, 0.0, 2.5, 2.5]
        assert ta.wavelength_nm.values.tolist() == [450.5, 451.0]
        np.testing.assert_array_equal(ta.delta_a.values[0, 0], SMALL_DELTA_A)
        assert ta.done.values.all()
        assert (tree.attrs["status"], tree.attrs["damaged_records"]) == ("finished", 0)
        told = tree.attrs["import"]
    assert (told["file"], told["format"], told["line_end"]) == ("map.csv", "helios-csv", name)
    assert told["encoding"] == ("latin-1" if encoding == "latin-1" else "utf-8")
    assert told["n_missing"] == 3
    assert told["metadata"] == {
        "Date": "July 22, 2009",
        "Sample": "CdSe",
        "Pump energy (µJ)": "0.1",
        "Comments": "",
        "Measurement time": "00:04:37",
        "Time units": "ps",
        "other": ["Sep 3, 2025 5:08 PM : Data saved."],
    }
    assert inspect_run(tmp_path / "out.h5").is_import
    assert sorted(file.name for file in tmp_path.iterdir()) == ["map.csv", "out.h5"]


BROKEN = {
    "empty": ("", "line 1: nothing there; expected a corner, then the delays"),
    "blank": ("\n\n", "line 1: nothing there"),
    "binary": ("0,1,2\n500,\0\1,2\n", "line 1: a binary file"),
    "no delays": ("0\n500\n", "line 1: expected a corner, then the delays"),
    "delays missing": (
        "0,1,NaN\n500,1,2\n",
        "line 1: 'NaN' is none of the delays",
    ),
    "delays in words": ("0,one,two\n500,1,2\n", "line 1: expected a number, not 'one'"),
    "no rows": ("0,1,2\nfile info:\n", "line 2: no data; expected one of the wavelengths, then dA"),
    "short row": (
        "0,1,2\n500,1,2\n501,1\n",
        "line 3: 2 cells; expected 3: one of the wavelengths, then dA at 2 delays",
    ),
    "long row": ("0,1,2\n500,1,2,3\n", "line 2: 4 cells; expected 3"),
    "words": ("0,1,2\n\n500,1,2\n501,1,saturated\n", "line 4: expected a number, not 'saturated'"),
    "no wavelength": ("0,1,2\nNaN,1,2\n", "line 2: 'NaN' is none of the wavelengths"),
    "negative wavelength": ("0,1,2\n-5,1,2\n", "line 2: '-5' is none of the wavelengths"),
    "decimal commas": ("0;1,5;2\n500;0,1;0,2\n", "line 1: expected a number, not '5;2'"),
    "other text": ("0,1,2\n500,1,2\nSaved by me\n", "line 3: 1 cells; expected 3"),
    "weeks": (
        "0,1,2\n500,1,2\nfile info:Time units: weeks\n",
        "its delays are in 'weeks', which qdlab does not know; export them in fs, ps, ns, us, ms",
    ),
}


@pytest.mark.parametrize(("text", "match"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_line_and_leaves_nothing_behind(tmp_path: Path, text: str, match: str) -> None:
    source = make(tmp_path / "map.csv", text)
    with pytest.raises(InputError) as caught:
        import_file(source, tmp_path / "out.h5", format_name="helios-csv")
    assert str(caught.value).startswith(f"{source}: ")
    assert match in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [source]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    contents=st.binary(max_size=200)
    | st.text("0123456789.,-eE \r\nfilenaNinfo:", max_size=60).map(str.encode)
)
def test_rubbish_is_read_as_a_map_or_refused_in_one_line(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes(contents)
    HeliosCsv().sniff(path)
    found = read_or_refuse(path)
    if isinstance(found, str):
        assert len(found.splitlines()) == 1
    else:
        assert found.delta_a.shape == (found.delays_ps.size, found.wavelengths_nm.size)
        assert np.isfinite(found.delays_ps).all()


def test_bad_input_keeps_an_old_file(tmp_path: Path) -> None:
    old = make(tmp_path / "out.h5", "old")
    source = make(tmp_path / "map.csv", "0,1\n500,x\n")
    with pytest.raises(InputError, match="not 'x'"):
        import_file(source, old, force=True, format_name="helios-csv")
    make(source, SMALL)
    with pytest.raises(InputError, match="--force"):
        import_file(source, old)
    assert old.read_text() == "old"
    import_file(source, old, force=True)
    assert inspect_run(old).n_done == 4


def test_what_replaces_a_run_takes_its_left_over_records_away(tmp_path: Path) -> None:
    old, source = make(tmp_path / "out.h5", "old"), make(tmp_path / "map.csv", SMALL)
    make(spill_path(old), "records that the disk had no room for")
    import_file(source, old, force=True)
    assert verify_run(old) == ()


def test_a_failure_while_writing_keeps_an_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageError("the disk is gone")

    old, source = make(tmp_path / "out.h5", "old"), make(tmp_path / "map.csv", SMALL)
    monkeypatch.setattr("qdlab.storage.writing._writer.RunWriter.write", fail)
    with pytest.raises(StorageError, match="the disk is gone"):
        import_file(source, old, force=True)
    assert old.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [source, old]


def test_a_format_is_known_by_its_bytes_or_asked_for_by_name(tmp_path: Path) -> None:
    source = make(tmp_path / "map.txt", SMALL)
    import_file(source, tmp_path / "sniffed.h5")
    import_file(source, tmp_path / "asked.h5", format_name="helios-csv")
    with pytest.raises(InputError, match=r"no format 'excel'; known: csv, eclab-mpt, .* helios-csv"):
        import_file(source, tmp_path / "never.h5", format_name="excel")
    other = make(tmp_path / "notes.txt", "hello")
    with pytest.raises(InputError, match=r"its format is not recognised; say with --format which it is: csv"):
        import_file(other, tmp_path / "never.h5")
    with pytest.raises(InputError, match="cannot be read: No such file"):
        import_file(tmp_path / "none.csv", tmp_path / "never.h5")
    assert not (tmp_path / "never.h5").exists()


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not part of the project")
def test_a_real_export_is_read(tmp_path: Path) -> None:
    import_file(REAL, tmp_path / "out.h5")
    with open_run(tmp_path / "out.h5") as tree:
        ta, told = tree["ta"].to_dataset(), tree.attrs["import"]
        assert ta.delta_a.shape == (1, 1, 95, 298)
        assert ta.delay_ps.values[0] == -0.98667
        assert ta.wavelength_nm.values[[0, -1]].tolist() == [444.979, 799.958]
        assert ta.delta_a.values[0, 0, -1, -1] == 4e-5
        assert np.isfinite(ta.delta_a.values).all()
    assert told["metadata"]["Solvent"] == "THF"
    assert told["line_end"] == "CRLF"
