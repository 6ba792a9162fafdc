"""Files as other programs write them: each layout by hand, in all its line ends, encodings and commas."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from format_cases import EXPORT, IMPORT, PS_AND_OD, small_map
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdlab.errors import InputError
from qdlab.storage import import_file, inspect_run, open_run
from qdlab.storage.formats import Units

MAPS = {
    "pascher-sia": (
        "0.000\t600.0\t620.5\t\n-3\t0.001\t-21.47483647\t\n5.0\t-2E-3\t21.47483647\n5.0\t0.5\t\n",
        Units(),
    ),
    "glotaran-ascii": (
        "Header\nOriginal filename: µ.txt\n  time   EXPLICIT\nintervalnr 3\n\t-3  5\t5 \n"
        "600.0 0.001 \t-2e-3 5E-1\n620.5  nan\tNaN\tNAN\n", PS_AND_OD,
    ),
    "glotaran-ascii, wavelengths": (
        "a\nb\nWavelength explicit\nIntervalnr\t2\n600 620.5\n-3 0.001 nan\n5 -2e-3 nan\n5 0.5 nan\n",
        PS_AND_OD,
    ),
    "matrix-delays-down": ("0 600 620.5\n-3 0.001 nan\n5 -0.002 nan\n5 0.5 nan\n", PS_AND_OD),
    "matrix-delays-across": ("delays;-3;5;5\n600;0.001;-0.002;0.5\n620.5;;;\n", PS_AND_OD),
    "csv": (
        "# Title: film\ndelay_ps, wavelength_nm, delta_a, delta_a_error\n-3,600,0.001,1e-4\n-3,620.5,,\n"
        "5,600,-0.002,\n5,620.5,,\n5,600,0.5,1e-4\n5,620.5,,\n", Units(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("case", MAPS)
def test_a_map_is_read_whatever_its_text(tmp_path: Path, case: str, encoding: str, line_end: str) -> None:
    text, units = MAPS[case]
    path = tmp_path / ("map.SIA" if case == "pascher-sia" else "map.txt")
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    assert import_file(path, tmp_path / "out.h5", units=units) == case.split(",")[0]
    with open_run(tmp_path / "out.h5") as tree:
        ta = tree["ta"].to_dataset()
        assert ta.delay_ps.values.tolist() == [-3.0, 5.0, 5.0]
        assert ta.wavelength_nm.values.tolist() == [600.0, 620.5]
        np.testing.assert_array_equal(
            ta.delta_a.values[0, 0], [[0.001, np.nan], [-0.002, np.nan], [0.5, np.nan]]
        )
        assert tree.attrs["import"]["n_missing"] == 3


@pytest.mark.parametrize(
    "case", ["pascher-sia", "glotaran-ascii", "matrix-delays-down", "matrix-delays-across"]
)
def test_a_decimal_comma_is_a_point(tmp_path: Path, case: str) -> None:
    text, units = MAPS[case]
    with_point, with_comma = tmp_path / "point.sia", tmp_path / "comma.sia"
    with_point.write_text(text)
    with_comma.write_text(text.replace(".", ","))
    wanted, found = (IMPORT[case].read(path, units) for path in (with_point, with_comma))
    for name in ("delays_ps", "wavelengths_nm", "delta_a"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_commas_and_points_in_one_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.sia"
    path.write_text("0\t600\t620\n-3\t1,234.5\t1.0\n")
    with pytest.raises(InputError, match="line 2: numbers with a comma and numbers with a point"):
        IMPORT["pascher-sia"].read(path)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("0\t600\t620\n-3\t1\t2\n5\t3\t4\n", "matrix-delays-down"),
        ("0\t-3\t5\n600\t1\t3\n620\t2\t4\n", "matrix-delays-across"),
        ("0\t600\t620\n3\t1\t2\n5\t3\t4\n", None),
        ("0\t-1\t620\n-1\t1\t2\n5\t3\t4\n", None),
    ],
    ids=["down", "across", "either", "neither"],
)
def test_which_way_delays_run_is_told_by_what_no_wavelength_can_be(
    tmp_path: Path, text: str, way: str | None
) -> None:
    path = tmp_path / "map.txt"
    path.write_text(text)
    if way is None:
        with pytest.raises(InputError, match="not recognised; say with --format which it is"):
            import_file(path, tmp_path / "out.h5", units=PS_AND_OD)
    else:
        assert import_file(path, tmp_path / "out.h5", units=PS_AND_OD) == way


def test_unread_pixels_of_another_format_are_no_absorbance(tmp_path: Path) -> None:
    """A .SIA under another name is a plain matrix with values that are none."""
    path = tmp_path / "scan.txt"
    path.write_text("0\t500\t501\n-1\t0.1\t21.47483647\n2\t0.2\t-21.47483647\n")
    with pytest.raises(InputError, match=r"mark unread pixels .* say --format pascher-sia"):
        import_file(path, tmp_path / "out.h5", units=Units(time="ps", delta_a="OD"))
    import_file(path, tmp_path / "out.h5", format_name="pascher-sia")
    with open_run(tmp_path / "out.h5") as tree:
        assert np.isnan(tree["ta"]["delta_a"].values).sum() == 2


def test_a_wide_matrix_is_recognised_too(tmp_path: Path) -> None:
    path, rng = tmp_path / "wide.txt", np.random.default_rng(7)
    rows = np.column_stack(
        [[0.0, -1 / 3, 5.0], np.vstack([np.linspace(300, 800, 4096), rng.normal(size=(2, 4096))])]
    )
    np.savetxt(path, rows, fmt="%.17g")
    assert import_file(path, tmp_path / "out.h5", units=PS_AND_OD) == "matrix-delays-down"
    with open_run(tmp_path / "out.h5") as tree:
        np.testing.assert_array_equal(tree["ta"].delta_a.values[0, 0], rows[1:, 1:])


MPT = """EC-Lab ASCII FILE
Nb header lines : 6

Cyclic Voltammetry
Acquisition started on : 07/29/2020 10:31:01
mode\ttime/s\tcontrol/V\tEwe/V\t<I>/mA\tcycle number\t
2\t3,5E+000\t8,7E-001\t-3,0E-001\t-2,5E-003\t1,0E+000\t
2\t4,0E+000\t8,7E-001\t-4,0E-001\t-5,0E-003\t1,0E+000\t
"""
NOVA = """Potential applied (V);Time (s);WE(1).Current (A);WE(1).Potential (V);Scan
-0,3;3,5;-2,5E-06;-0,3;1
-0,4;4;-5E-06;-0,4;1
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("eclab-mpt", MPT),
        ("eclab-mpt", MPT.replace(",", ".")),
        ("eclab-mpt", MPT.replace("<I>/mA", "I/µA").replace("-003", "+000")),
        ("nova-ascii", NOVA),
        ("nova-ascii", NOVA.replace(",", ".").replace(";", "\t")),
        ("nova-ascii", NOVA.replace(",", ".").replace(";", ",")),
    ],
    ids=["mpt comma", "mpt point", "mpt in µA", "nova semicolon", "nova tab", "nova comma"],
)
def test_electrochemistry_becomes_a_voltammogram(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    path = tmp_path / "cv.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert import_file(path, tmp_path / "out.h5") == name
    with open_run(tmp_path / "out.h5") as tree:
        assert list(tree.children) == ["cv"]
        cv = tree["cv"].to_dataset()
        assert cv.attrs["record"] == "Voltammogram"
        assert cv.time_s.values.tolist() == [3.5, 4.0]
        assert cv.potential_v.values.tolist() == [-0.3, -0.4]
        np.testing.assert_allclose(cv.current_a.values, [-2.5e-6, -5e-6], rtol=1e-15)
        if name == "eclab-mpt":
            assert tree.attrs["import"]["metadata"]["acquisition_started"] == "07/29/2020 10:31:01"


BROKEN_SWEEPS = {
    "mpt short header": (
        "EC-Lab ASCII FILE\nNb header lines : 70\n", "line 2: 70 header lines; the file has 3 lines",
    ),
    "mpt endless header": (
        "EC-Lab ASCII FILE\nNb header lines : 9999999999\n", "line 2: expected 'Nb header lines",
    ),
    "mpt no current": (MPT.replace("<I>/mA", "P/W"), "line 6: no column 'I/mA' or '<I>/mA'"),
    "mpt no data": ("".join(MPT.splitlines(keepends=True)[:6]), "line 6: no data after it"),
    "mpt zero potential": (
        MPT.replace("Ewe/V", "<Ewe>/V").replace("-3,0E-001", "0").replace("-4,0E-001", "0"),
        "line 6: <Ewe>/V is zero throughout",
    ),
    "mpt words": (MPT.replace("3,5E+000", "07:30:01"), "line 7: expected a number, not '07:30:01'"),
    "mpt cut within a current": (
        MPT + "2\t4,5E+000\t8,7E-001\t-4,0E-001\t-5,0", "line 9: 5 cells; expected",
    ),
    "mpt short row": (MPT + "2\t1\n", "line 9: 2 cells; expected at least 5"),
    "nova no potential": (NOVA.replace("WE(1).Pot", "WE(2).Pot"), "no column 'WE(1).Potential (V)'"),
    "nova no data": (NOVA.splitlines()[0], "expected a line of column names, then rows"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "match"), BROKEN_SWEEPS.values(), ids=BROKEN_SWEEPS)
def test_a_broken_sweep_is_one_line(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "cv.txt"
    path.write_text(text, encoding="utf-8")
    name = "eclab-mpt" if text.startswith("EC-Lab") else "nova-ascii"
    with pytest.raises(InputError) as caught:
        import_file(path, tmp_path / "out.h5", format_name=name)
    assert match in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == [path]


OCEAN_HEADER = (
    "Data from a.txt Node\n\nDate: Wed Aug 05 18:51:43 CST 2026\nXAxis mode: Wavelengths\n"
    ">>>>>Begin Spectral Data<<<<<\n"
)
OCEAN = OCEAN_HEADER + "400.0\t500.0\n2026-08-05 23:59:59.5\t220.5\t-1\n2026-08-06 00:00:00.75\t218.0\t0\n"


@pytest.mark.parametrize(
    "text",
    [
        OCEAN,
        OCEAN.replace(".", ","),
        OCEAN.replace("2026-08-05 23", "1970-01-01 23").replace("2026-08-06", "1970-01-01"),
    ],
    ids=["point", "comma", "no date, past midnight"],
)  # fmt: skip
def test_oceanview_spectra_keep_their_times(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ocean.txt"
    path.write_text(text)
    assert import_file(path, tmp_path / "out.h5", units=Units(spectrum="counts")) == "oceanview"
    with open_run(tmp_path / "out.h5") as tree:
        spectra = tree["spectra"].to_dataset()
        assert spectra.counts.attrs["units"] == "counts"
        assert spectra.counts.values.tolist() == [[220.5, -1.0], [218.0, 0.0]]
        assert spectra.wavelength_nm.values.tolist() == [400.0, 500.0]
        assert spectra.time_s.values.tolist() == [0.0, 1.25]
        assert tree.attrs["import"]["metadata"]["Date"] == "Wed Aug 05 18:51:43 CST 2026"


COLUMNS = {
    "oceanview": OCEAN_HEADER + "400,0\t12\n500,0\t0,5\n",
    "spectra-text": "400,0\t12\n500,0\t0,5\n",
    "spectra-text, commas": "400.0,12\n500.0,0.5\n",
    "spectra-text, named": "wavelength/nm; film\n400,0;12\n500,0;0,5\n",
    "spectra-text, blanks": "400.0  12\n500.0   0.5\n",
}


@pytest.mark.parametrize("case", COLUMNS)
def test_two_columns_are_a_spectrum_in_the_unit_given(tmp_path: Path, case: str) -> None:
    path = tmp_path / "spectrum.dat"
    path.write_text(COLUMNS[case])
    assert import_file(path, tmp_path / "out.h5", units=Units(spectrum="mOD")) == case.split(",")[0]
    with open_run(tmp_path / "out.h5") as tree:
        spectra = tree["spectra"].to_dataset()
        assert spectra.wavelength_nm.values.tolist() == [400.0, 500.0]
        assert spectra.absorbance.values.tolist() == [[0.012, 0.0005]]
        assert np.isnan(spectra.time_s.values).all()


def test_named_columns_are_several_spectra(tmp_path: Path) -> None:
    path = tmp_path / "spectra.dat"
    path.write_text("wavelength\tocp\tred\n400\t0.1\t-0.2\n500\t0.3\t\n")
    assert import_file(path, tmp_path / "out.h5", units=Units(spectrum="OD")) == "spectra-text"
    with open_run(tmp_path / "out.h5") as tree:
        np.testing.assert_array_equal(tree["spectra"].absorbance.values, [[0.1, 0.3], [-0.2, np.nan]])
        assert tree.attrs["import"]["metadata"]["columns"] == ["wavelength", "ocp", "red"]
    assert inspect_run(tmp_path / "out.h5").n_done == 2


def test_an_archive_of_another_program_is_asked_for_its_units(tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    np.savez(path, wl=[400.0, 500.0], t=[-0.001, 0.0, 0.05], data=np.arange(6).reshape(3, 2))
    with pytest.raises(InputError, match="--time-unit"):
        import_file(path, tmp_path / "out.h5", units=Units(delta_a="mOD"))
    assert import_file(path, tmp_path / "out.h5", units=Units("ns", "mOD")) == "npz"
    with open_run(tmp_path / "out.h5") as tree:
        assert tree["ta"].delay_ps.values.tolist() == [-1.0, 0.0, 50.0]
        assert tree["ta"].delta_a.values[0, 0].tolist() == [[0.0, 0.001], [0.002, 0.003], [0.004, 0.005]]


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("units", [{"units": "mOD"}, {}], ids=["with units", "without"])
@pytest.mark.parametrize("kind", ["classic", "hdf5"])
def test_a_data_set_of_pyglotaran_is_read_of_either_kind(
    tmp_path: Path, kind: str, units: dict[str, str], transposed: bool
) -> None:
    path, wanted = tmp_path / "a.nc", np.array([[1.0, np.nan], [3.0, 4.0], [5.0, -6.0]])
    dims, values = ("spectral", "time"), wanted.T
    if not transposed:
        dims, values = dims[::-1], wanted
    if kind == "classic":
        axes = {"time": [-3.0, 5.0, 5.0], "spectral": [600.0, 620.5]}
        dataset = xr.Dataset({"data": (dims, values, units)}, axes)
        dataset.to_netcdf(path, engine="scipy", format="NETCDF3_CLASSIC")
    else:
        _write_hdf5(path, dims, values, units)
    assert (
        import_file(path, tmp_path / "out.h5", units=Units("ps", None if units else "mOD"))
        == "pyglotaran-netcdf"
    )
    with open_run(tmp_path / "out.h5") as tree:
        np.testing.assert_array_equal(tree["ta"].delta_a.values[0, 0], wanted / 1000)
        assert tree["ta"].delay_ps.values.tolist() == [-3.0, 5.0, 5.0]


def _write_hdf5(path: Path, dims: tuple[str, ...], values: np.ndarray, units: dict[str, str]) -> None:
    """Write what the netCDF-4 library writes: scales, and the data attached to them."""
    with h5py.File(path, "w") as file:
        for name, axis in (("time", [-3.0, 5.0, 5.0]), ("spectral", [600.0, 620.5])):
            file[name] = axis
            file[name].make_scale(name)
        file["data"] = np.where(np.isnan(values), 9.9e36, values)
        file["data"].attrs["_FillValue"] = [9.9e36]
        file["data"].attrs.update(units)
        for dim, name in zip(file["data"].dims, dims, strict=True):
            dim.attach_scale(file[name])


@pytest.mark.parametrize(
    ("units", "match"),
    [
        (Units(), "say the unit of its delays; give --time-unit, one of fs, ps, ns, us, ms"),
        (Units(), "say the unit of its dA; give --da-unit, one of OD, mOD, uOD"),
        (Units("ps", "OD", "OD"), "there are no spectra in it; leave --spectrum-unit out"),
        (Units("h", "OD"), "--time-unit 'h' is not known; give one of fs, ps"),
    ],
)  # fmt: skip
def test_units_are_asked_for_where_a_file_has_none(tmp_path: Path, units: Units, match: str) -> None:
    path = tmp_path / "map.ascii"
    path.write_text(MAPS["glotaran-ascii"][0], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_file(path, tmp_path / "out.h5", units=units)
    assert match in str(caught.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_unit_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.sia"
    path.write_text(MAPS["pascher-sia"][0])
    with pytest.raises(InputError) as caught:
        import_file(path, tmp_path / "out.h5", units=Units("fs", "mOD"))
    assert caught.value.problems == (
        f"{path}: it says that its delays are in ps; leave --time-unit out",
        f"{path}: it says that its dA are in OD; leave --da-unit out",
    )
    import_file(path, tmp_path / "out.h5", units=PS_AND_OD)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(values=st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=2), unit=st.sampled_from([
    ("fs", 1e3), ("ps", 1.0), ("ns", 1e-3), ("us", 1e-6), ("ms", 1e-9),
]))  # fmt: skip
def test_a_converted_number_has_the_digits_it_was_written_with(
    tmp_path: Path, values: list[int], unit: tuple[str, float]
) -> None:
    """A whole number to the last bit: 7 fs is 0.007 ps, not 0.006999999999999999."""
    name, per_ps = unit
    path = tmp_path / "map.ascii"
    path.write_text(f"a\nb\nTime explicit\nIntervalnr 2\n{values[0]} {values[1]}\n500 0.42 {values[0]}\n")
    found = IMPORT["glotaran-ascii"].read(path, Units(name, "mOD"))
    exponent = {1e3: "e-3", 1.0: "", 1e-3: "e3", 1e-6: "e6", 1e-9: "e9"}[per_ps]
    assert found.delays_ps.tolist() == [float(f"{value}{exponent}") for value in values]
    assert found.delta_a[0, 0] == pytest.approx(0.00042, rel=2e-16)
    assert found.delta_a[1, 0] == float(f"{values[0]}e-3")


def test_the_units_a_ufs_names_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "map.ufs"
    EXPORT["ufs"].write(small_map(), path)
    contents = path.read_bytes()
    path.write_bytes(contents.replace(b"\x02ps", b"\x02ns"))
    assert IMPORT["ufs"].read(path).delays_ps.tolist() == [-3000.0, 5000.0, 5000.0]
    for old, new, match in (
        (b"\x02ps", b"\x02wk", "delays are in 'wk', which qdlab does not know"),
        (b"\x02DA", b"\x02FL", "its data are 'FL'; only dA can be imported"),
        (b"\x02nm", b"\x02eV", "its wavelengths are in 'eV'; export them in nm"),
    ):
        path.write_bytes(contents.replace(old, new))
        with pytest.raises(InputError, match=match):
            IMPORT["ufs"].read(path)
