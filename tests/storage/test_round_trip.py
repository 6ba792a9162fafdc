from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import h5py
import numpy as np
import pytest
from storage_cases import (
    DELAY,
    END,
    SAMPLE,
    START,
    STREAMS,
    WAVELENGTH,
    make_plan,
    make_provenance,
    make_record,
    slots,
)

import qdlab
from qdlab.errors import InputError
from qdlab.plan import Axis, Lab, PumpPower, Stream, columns
from qdlab.storage import create_run, inspect_run, open_run


@pytest.fixture
def whole_run(tmp_path: Path, lab: Lab) -> Path:
    path, plan = tmp_path / "run.h5", make_plan()
    with create_run(path, plan, lab, make_provenance()) as writer:
        for slot in slots(plan):
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
        writer.finish("finished", "", END)
    return path


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_every_record_type_comes_back_as_it_was_written(whole_run: Path, stream: Stream) -> None:
    with open_run(whole_run) as tree:
        found = tree[stream.name].to_dataset()
        assert found.done.values.all()
        assert found.done.dims == tuple(axis.name for axis in stream.axes)
        assert set(found.data_vars) == {item.name for item in columns(stream.record)} | {"done"}
        for index in np.ndindex(stream.shape):
            record = make_record(stream, index)
            for item in columns(stream.record):
                np.testing.assert_array_equal(found[item.name].values[index], getattr(record, item.name))


def test_variables_and_coordinates_carry_names_units_and_meaning(whole_run: Path) -> None:
    with qdlab.open(whole_run) as tree:
        ta = tree["ta"].to_dataset()
        assert ta.shots.dims == ("potential_v", "fluence_cm2", "delay_ps", "shot", "wavelength_nm")
        assert ta.shots.dtype == np.uint16
        assert ta.shots.attrs == {"units": "counts", "long_name": "camera read-outs"}
        assert ta.delay_ps.values.tolist() == list(DELAY.values)
        assert ta.wavelength_nm.values.tolist() == list(WAVELENGTH.values)
        assert ta.fluence_cm2.attrs["units"] == "cm^-2"
        assert ta.attrs == {"meaning": "transient absorption", "record": "TaPoint"}
        assert tree["blank"].counts.dims == ("scan", "wavelength_nm")
        assert list(tree.children) == [stream.name for stream in STREAMS]


def test_the_file_tells_where_the_run_comes_from(whole_run: Path, lab: Lab) -> None:
    with open_run(whole_run) as tree:
        told = tree.attrs
    assert told["title"] == "a small map"
    assert told["procedure"] == "GainThresholdMap"
    assert told["plan_digest"] == make_plan().digest
    assert (told["status"], told["reason"]) == ("finished", "")
    assert (told["start_time"], told["end_time"]) == (START.isoformat(), END.isoformat())
    assert told["sample"] == asdict(SAMPLE) | {"band_nm": [600.0, 640.0], "quiet_nm": [680.0, 700.0]}
    assert told["parameters"] == {"potentials_v": [-0.3, 0.0, -1.5], "paths": ["probe", "pump"]}
    assert told["recipe"] == {"title": "µ-film", "date": "2021-01-01T00:00:00+00:00"}
    assert told["bench"]["stage"] == {"velocity_mm_s": 100.0}
    assert told["identities"] == {"stage": "Acme, LTS300, 7"}
    assert told["versions"]["h5py"] == h5py.__version__
    assert told["versions"]["qdlab"] == qdlab.__version__
    assert told["seed"] == 0
    assert told["truth"] == {"sigma_cm2": 3.6e-14}
    assert told["notes"] == "first light"
    assert told["lab"]["delay_line"] == {"passes": 2, "zero_mm": 10.0}
    assert told["lab"]["potential"] == {"low": -1.6, "high": 0.2, "unit": "V"}
    assert told["lab"]["saturation_counts"] == lab.saturation_counts
    assert not {"wavelengths_nm", "spectrometer_nm", "import"} & (set(told) | set(told["lab"]))


def test_a_real_laboratory_has_neither_seed_nor_truth(tmp_path: Path) -> None:
    create_run(tmp_path / "run.h5", make_plan(), None, make_provenance(seed=None, truth=None)).close()
    with open_run(tmp_path / "run.h5") as tree:
        assert not {"seed", "truth", "lab"} & set(tree.attrs)


def test_raw_data_stay_on_the_disk_until_they_are_used(tmp_path: Path) -> None:
    huge = Stream("ta_dark", STREAMS[0].record, "", (DELAY,), {"shot": 20_000, "wavelength": WAVELENGTH})
    create_run(tmp_path / "run.h5", make_plan((huge,)), None, make_provenance()).close()
    with open_run(tmp_path / "run.h5") as tree:
        shots = tree["ta_dark"].shots
        assert not shots.variable._in_memory
        assert not shots[1].variable._in_memory
        assert "..." in repr(shots)
        assert not shots[1:3, ::2].values.any()


@pytest.mark.parametrize(
    "key",
    [
        {"potential_v": 1, "fluence_cm2": 0, "delay_ps": [4, 0, 0]},
        {"delay_ps": slice(None, None, -2), "wavelength_nm": [3]},
        {"potential_v": [2, 0], "delay_ps": [1, 3], "wavelength_nm": -1},
        {"fluence_cm2": -1, "delay_ps": slice(0, 0)},
    ],
    ids=str,
)
def test_parts_are_what_the_whole_says(whole_run: Path, key: dict[str, int | slice | list[int]]) -> None:
    with open_run(whole_run) as tree:
        whole = tree["ta"].delta_a.load().isel(key)
    with open_run(whole_run) as tree:
        np.testing.assert_array_equal(tree["ta"].delta_a.isel(key).values, whole.values)


def test_plain_h5py_reads_a_run_with_the_layout_alone(whole_run: Path) -> None:
    with h5py.File(whole_run, "r") as file:
        entry = file[file.attrs["default"]]
        assert file.attrs["qdlab_schema"] == 1
        for name in entry.attrs["streams"]:
            stream = make_plan().stream(name)
            assert (entry[name]["done"][()] == 1).all()
            for index in np.ndindex(stream.shape):
                record = make_record(stream, index)
                for column in entry[name].attrs["columns"]:
                    np.testing.assert_array_equal(entry[name][column][index], getattr(record, column))


def test_the_default_plot_is_delta_a_against_delay_and_wavelength(whole_run: Path) -> None:
    with h5py.File(whole_run, "r") as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        signal = data[data.attrs["signal"]]
        assert [group.attrs["NX_class"] for group in (file, entry, data)] == ["NXroot", "NXentry", "NXdata"]
        assert signal.name == "/entry/ta/delta_a"
        assert list(data.attrs["axes"]) == ["potential_v", "fluence_cm2", "delay_ps", "wavelength_nm"]
        for dimension, name in enumerate(data.attrs["axes"]):
            assert data[name].shape == (signal.shape[dimension],)
            assert data.attrs[f"{name}_indices"] == dimension
            assert data[name].attrs["units"]


def test_every_stream_is_a_plot_with_a_dot_for_dimensions_without_values(whole_run: Path) -> None:
    with h5py.File(whole_run, "r") as file:
        plots = {name: dict(file["entry"][name].attrs) for name in file["entry"].attrs["streams"]}
    assert {name: plot["signal"] for name, plot in plots.items()} == {
        "ta_dark": "shots", "blank": "counts", "cv": "current_a", "settling": "absorbance",
        "held_absorption": "counts", "pump": "power_w", "ta": "delta_a", "ta_seen": "delta_a",
    }  # fmt: skip
    assert list(plots["ta_dark"]["axes"]) == ["potential_v", ".", "wavelength_nm"]
    assert list(plots["cv"]["axes"]) == ["."]


def test_the_file_is_an_optical_spectroscopy_entry(whole_run: Path) -> None:
    with h5py.File(whole_run, "r") as file:
        entry = file["entry"]
        assert entry["definition"].asstr()[()] == "NXoptical_spectroscopy"
        assert entry["experiment_sub_type"].asstr()[()] == "pump-probe"
        assert entry["sample/name"].asstr()[()] == SAMPLE.name
        assert entry["instrument/beam_pump/parameter_reliability"].asstr()[()] == "nominal"
        assert entry["instrument/beam_pump/incident_wavelength"][()] == 400.0
        assert entry["instrument/detector_probe/detector_channel_type"].asstr()[()] == "multichannel"


def test_info_tells_what_a_run_holds(whole_run: Path) -> None:
    info = inspect_run(whole_run)
    assert (info.status, info.title, info.procedure) == ("finished", "a small map", "GainThresholdMap")
    assert (info.start_time, info.end_time) == (START.isoformat(), END.isoformat())
    assert {stream.name: stream.n_done for stream in info.streams} == {s.name: s.n_records for s in STREAMS}
    assert info.n_done == info.n_records == sum(stream.n_records for stream in STREAMS)
    assert info.n_bytes == whole_run.stat().st_size
    assert info.schema_version == 1
    assert not info.is_import


def test_names_that_clash_are_refused() -> None:
    twice = Stream("pump", PumpPower, "", (Axis("power_w", "W", (1.0,)),))
    for stream, name in ((twice, "entry/pump/power_w"), (Stream("sample", PumpPower, ""), "entry/sample")):
        with pytest.raises(ValueError, match=name):
            create_run(Path("never.h5"), make_plan((stream,)), None, make_provenance())


@pytest.mark.parametrize(
    ("contents", "why"),
    [(b"", "damaged"), (b"\x89HDF\r\n\x1a\n" + bytes(100), "damaged"), (b"a,b\n1,2\n", "not a run file")],
    ids=["empty", "rubbish", "text"],
)
def test_a_file_that_is_no_hdf5_is_refused_in_one_line(tmp_path: Path, contents: bytes, why: str) -> None:
    path = tmp_path / "other.h5"
    path.write_bytes(contents)
    for read in (open_run, inspect_run):
        with pytest.raises(InputError, match=why) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_missing_foreign_newer_and_incomplete_files_are_told_apart(tmp_path: Path, whole_run: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_run(tmp_path / "none.h5")
    with h5py.File(tmp_path / "foreign.h5", "w") as file:
        file["data"] = 1.0
    with pytest.raises(InputError, match="not one of qdlab's runs"):
        open_run(tmp_path / "foreign.h5")
    with h5py.File(whole_run, "r+") as file:
        del file["entry/ta/shots"]
    with pytest.raises(InputError, match="damaged"):
        open_run(whole_run)
    with h5py.File(whole_run, "r+") as file:
        file.attrs["qdlab_schema"] = 2
    with pytest.raises(InputError, match="layout version 2; this qdlab reads version 1"):
        open_run(whole_run)


@pytest.mark.parametrize("share", [0.9999, 0.5, 0.001])
def test_a_truncated_file_is_refused(whole_run: Path, share: float) -> None:
    contents = whole_run.read_bytes()
    whole_run.write_bytes(contents[: int(share * len(contents))])
    with pytest.raises(InputError, match="cut short"):
        open_run(whole_run)


def test_closing_the_tree_closes_the_file(whole_run: Path) -> None:
    tree = open_run(whole_run)
    shots = tree["ta"].shots
    tree.close()
    with pytest.raises(ValueError, match=r"(?i)not a.*id|closed|invalid"):
        shots.load()
    # A file that is open anywhere in this process could not be opened for writing.
    h5py.File(whole_run, "r+").close()


def test_importing_qdlab_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'xarray', 'h5py', 'PyQt5', 'matplotlib'}"
    code = f"import sys, qdlab; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = qdlab.nonsense
