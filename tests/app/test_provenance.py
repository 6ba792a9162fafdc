"""A run file says everything that was known when it was made, so that nobody has to be asked again."""

from __future__ import annotations

from pathlib import Path

import pytest

import qdlab
from qdlab.app.config import load_bench
from qdlab.app.parts import carry_out, load_recipe
from qdlab.run import StopToken

RECIPE = """
procedure = "PumpCalibration"
[run]
title = "pump"
operator = "A. Person"
notes = "new pinhole"
[sample]
sample_name = "film 7"
thickness_nm = 116
a0_source = "Lambda 1050, 3 May"
electrolyte = "0.1 M LiClO4 in acetonitrile"
reference_electrode = "Ag"
[calibration]
transmissions = [0.01, 1.0]
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    recipe, bench = load_recipe(folder / "recipe.toml"), load_bench("paper_sim", seed=5)
    carry_out(recipe, bench, folder / "run.h5", force=False, stop=StopToken(), tell=lambda _: None)
    return folder / "run.h5"


def test_who_measured_what_and_why(file: Path) -> None:
    with qdlab.open(file) as run:
        told = run.attrs
    assert (told["title"], told["operator"], told["notes"]) == ("pump", "A. Person", "new pinhole")
    sample = told["sample"]
    assert (sample["name"], sample["thickness_nm"]) == ("film 7", 116.0)
    assert sample["a0_source"] == "Lambda 1050, 3 May"
    assert (sample["electrolyte"], sample["reference_electrode"]) == ("0.1 M LiClO4 in acetonitrile", "Ag")
    assert told["recipe"]["calibration"] == {"transmissions": [0.01, 1.0]}
    assert told["parameters"]["calibration"]["n_power_readings"] == 20
    assert len(told["plan_digest"]) == 64


def test_with_what_software_and_on_which_simulated_film(file: Path) -> None:
    with qdlab.open(file) as run:
        told = run.attrs
    assert told["versions"].keys() >= {
        "system",
        "python",
        "hdf5",
        "qdlab",
        "numpy",
        "scipy",
        "h5py",
        "xarray",
    }
    assert told["seed"] == 5
    assert told["truth"]
    assert told["bench"]["simulation"]["seed"] == 5


def test_every_instrument_with_identity_options_and_what_it_read_back(file: Path) -> None:
    with qdlab.open(file) as run:
        told = run.attrs
    bench = load_bench("paper_sim").bench
    names = {item.name for item in bench.instruments()}
    assert set(told["identities"]) == set(told["settings"]) == names
    assert all(identity.endswith(" (simulated)") for identity in told["identities"].values())
    stage = told["settings"]["delay_stage"]
    assert stage["state"]["velocity_mm_s"] == bench.delay_stage.velocity_mm_s
    assert stage["state"]["travel"]["unit"] == "mm"
    # What the bench file leaves out is there as it was filled in.
    attenuator = told["settings"]["attenuator"]["options"]
    assert attenuator.keys() > told["bench"]["instruments"]["attenuator"].keys() - {"driver"}
    assert attenuator["transmission_step"] == 1e-5


def test_every_calibration_of_the_fluence(file: Path) -> None:
    with qdlab.open(file) as run:
        told = run.attrs
        assert told["bench"]["pump_beam"] == load_bench("paper_sim").source["pump_beam"]
        assert told["lab"]["pump_beam"]["full_fluence_cm2"] > 0.0
        assert (run["calibration"]["power_w"].values > 0.0).all()
    rotator = load_bench("paper_wires").options["attenuator"]
    assert len(rotator["calibration"]) >= 2
