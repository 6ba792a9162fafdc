"""A reduction kept in a run file can be repeated from that file alone, with the same digits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

import qdlab
from qdlab.analysis import Choices, reduce, summary
from qdlab.app.parts import carry_out, load_bench, load_recipe
from qdlab.app.results import keep_reduction
from qdlab.run import StopToken
from qdlab.storage import inspect_run, verify_run

RECIPE = """
procedure = "GainThresholdMap"
[steady_state]
n_scans = 20
[voltammetry]
n_cycles = 1
step_v = 0.1
steps_per_spectrum = 4
[charging]
potentials_v = [-0.3, -1.5]
[transient_absorption]
excitons_per_dot = [0.3, 1.0, 3.0]
delays_ps = [-3, 3, 5, 10, 2500]
time_zero_delays_ps = [-1.0, -0.5, 0.0, 0.5, 1.0]
n_shots = 20
n_dark_shots = 20
[reduction]
bootstrap_seed = 7
n_bootstrap = 50
"""

AGAIN = """
import json, sys
import qdlab
from qdlab.analysis import Choices, reduce, summary

with qdlab.open(sys.argv[1]) as run:
    kept = run["results/reduction"].attrs
    again = summary(reduce(run, Choices.from_table(kept["choices"])))
sys.exit(again != kept["results"] and json.dumps(again))
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose reduction is kept in its file."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    recipe, bench, path = (
        load_recipe(folder / "recipe.toml"),
        load_bench("paper_sim", seed=5),
        folder / "run.h5",
    )
    carry_out(recipe, bench, path, force=False, stop=StopToken(), tell=lambda _: None)
    with qdlab.open(path) as run:
        reduction = reduce(run, Choices.from_table({"gain_delay_ps": 3.0, "n_bootstrap": 40}))
    keep_reduction(path, reduction)
    return path


def test_the_file_alone_repeats_the_reduction_with_the_same_digits(file: Path, tmp_path: Path) -> None:
    shutil.copy(file, tmp_path / "elsewhere.h5")
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, str(tmp_path / "elsewhere.h5")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_numbers_arrays_and_all_choices_are_kept(file: Path) -> None:
    with qdlab.open(file) as run:
        kept = run["results/reduction"]
        assert Choices.from_table(kept.attrs["choices"]) == Choices.from_table(
            {"gain_delay_ps": 3.0, "n_bootstrap": 40}
        )
        again = reduce(run, Choices.from_table(kept.attrs["choices"]))
        assert kept.attrs["results"]["thresholds"]
        assert kept.attrs["results"] == json.loads(json.dumps(summary(again)))
        assert again.held is not None
        xr.testing.assert_equal(kept["held"].to_dataset().load(), again.held)
    assert inspect_run(file).results == ("reduction",)
    assert verify_run(file) == ()
