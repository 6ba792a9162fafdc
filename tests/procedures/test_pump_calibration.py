from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import PumpCalibration
from qdlab.analysis import reduce
from qdlab.app.config import find_config, load_bench, load_recipe
from qdlab.app.runs import carry_out
from qdlab.plan import Lab, PumpBeam, problems
from qdlab.run import StopToken, ignore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "calibration.h5"
    carry_out(
        load_recipe("pump_calibration"), load_bench("paper_sim"), path,
        force=False, stop=StopToken(), tell=ignore,
    )  # fmt: skip
    return path


def test_it_needs_no_camera(tmp_path: Path) -> None:
    """As beside an instrument that takes its own shots."""
    text = find_config("paper_sim").read_text(encoding="utf-8")
    bench = tmp_path / "bench.toml"
    bench.write_text(
        re.sub(r"\[instruments\.ta_detector\].*?(?=\n\[)", "", text, flags=re.S), encoding="utf-8"
    )
    loaded = load_bench(bench)
    assert not loaded.bench.has("ta_detector")
    path = tmp_path / "calibration.h5"
    carry_out(load_recipe("pump_calibration"), loaded, path, force=False, stop=StopToken(), tell=ignore)
    with qdlab.open(path) as run:
        assert bool(run["calibration"]["done"].all())


def test_it_measures_what_the_attenuator_lets_through(file: Path) -> None:
    """Half a percent of scatter a reading, twenty readings: three standard errors are 0.4 %."""
    with qdlab.open(file) as run:
        measured = run["calibration"]
        beam = PumpBeam(**run.attrs["lab"]["pump_beam"])
        full_cm2 = run.attrs["truth"]["options"]["pump"]["full_fluence_cm2"]
        found = measured["power_w"].to_numpy() / beam.power_w(full_cm2)
        setting = measured["transmission"].to_numpy()
        assert bool(measured["done"].all())
    np.testing.assert_allclose(found[4:], setting[4:], rtol=6e-3)
    assert np.all(np.diff(found) > 0.0)


def test_a_setting_out_of_range_is_refused_before_anything_moves(lab: Lab) -> None:
    recipe = PumpCalibration()
    recipe.transmissions = [0.5, 1e-6]
    (problem,) = problems(recipe.plan(lab), lab)
    assert "fluence: 4e+08 photons/cm2 is outside" in problem


def test_its_reduction_says_what_to_write_into_the_bench(file: Path) -> None:
    with qdlab.open(file) as run:
        reduction = reduce(run)
    found = reduction.pump_calibration
    assert found is not None
    assert found.believed_cm2 == 2.7e14
    assert abs(found.full_fluence_cm2 - 2.7e14) < 4.0 * found.error_cm2
    assert found.error_cm2 == pytest.approx(2.7e14 * 0.005 / np.sqrt(20), rel=0.5)
    assert reduction.notes[0].startswith(f"[pump_beam] full_fluence_cm2 = {found.full_fluence_cm2:.4g}")
    assert "every setting of the attenuator lets through what it should" in reduction.notes[0]


def test_a_rotator_that_was_never_calibrated_is_found_out(tmp_path: Path) -> None:
    """Given the ends of its travel alone, settings are shares of the angle: what passes goes as sin^2."""
    bench, out = tmp_path / "bench.toml", tmp_path / "x.h5"
    text = find_config("paper_wires").read_text(encoding="utf-8")
    ends = "calibration = [[0, 0.001], [45, 1.0]]\n"
    text = re.sub(r"calibration = \[.*?\n\]\n", ends, text, flags=re.DOTALL)
    bench.write_text(text, encoding="utf-8")
    recipe = load_recipe("pump_calibration")
    recipe.experiment.transmissions = [0.1, 0.25, 0.5, 0.75, 1.0]
    carry_out(recipe, load_bench(bench), out, force=False, stop=StopToken(), tell=ignore)
    with qdlab.open(out) as run:
        found = reduce(run).pump_calibration
    assert found is not None
    share = found.settings["transmission_asked"].to_numpy()
    angle = np.radians(2.0 * 45.0 * (share - 0.001) / 0.999)
    real = 0.001 + 0.999 * np.sin(angle) ** 2
    np.testing.assert_allclose(found.settings["real_transmission"], real, rtol=0.02, atol=1e-3)
    assert found.worst > 0.5
    assert "the attenuator's settings are off by up to" in str(found)
