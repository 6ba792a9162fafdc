from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import PumpCalibration
from qdlab.app._bench_file import load_bench
from qdlab.app._carry_out import carry_out
from qdlab.app._recipe import load_recipe
from qdlab.plan import Lab, PumpBeam, problems
from qdlab.run import StopToken, ignore

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "calibrate-fluence.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "calibration.h5"
    carry_out(
        load_recipe("pump_calibration"), load_bench("paper_sim"), path,
        force=False, stop=StopToken(), tell=ignore,
    )  # fmt: skip
    return path


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


def test_the_page_reads_the_file_as_it_says(file: Path) -> None:
    block = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    code = "\n".join(line.removeprefix("   ") for line in block.splitlines())
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=file.parent, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    first, *rows = done.stdout.splitlines()
    assert float(first.split("=")[1]) == pytest.approx(2.7e14, rel=6e-3)
    assert len(rows) == 14
