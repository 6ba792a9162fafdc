"""Electrons per dot asked for in a recipe: potentials found on the simulated bench, written down, reduced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import GainThresholdMap
from qdlab.analysis import MissingDataError, reduce
from qdlab.app.config import LoadedBench, Recipe, load_bench
from qdlab.app.runs import carry_out
from qdlab.physics import filling
from qdlab.plan import Lab, estimate, problems
from qdlab.run import StopToken, ignore

ELECTRONS = [0.0, 0.94, 1.99]


@pytest.fixture
def recipe(small_map: GainThresholdMap) -> GainThresholdMap:
    """A small map with spectra as good as a person would take them."""
    small_map.electrons_per_dot = ELECTRONS
    small_map.n_scans = 400
    small_map.cv_scans = 20
    small_map.step_v, small_map.steps_per_spectrum = 0.005, 8
    small_map.settle_minimum_s, small_map.settle_maximum_s = 12.0, 60.0
    return small_map


def _carry_out(recipe: GainThresholdMap, loaded: LoadedBench, out: Path) -> None:
    carry_out(Recipe(recipe, {}), loaded, out, force=False, stop=StopToken(), tell=ignore)


def test_the_film_holds_the_electrons_asked_for_and_the_file_says_at_which_potential(
    recipe: GainThresholdMap, tmp_path: Path
) -> None:
    out, loaded = tmp_path / "run.h5", load_bench("paper_sim", 5)
    _carry_out(recipe, loaded, out)
    at_most_s = estimate(recipe.plan(loaded.bench.describe()), loaded.bench.describe()).duration_s
    assert loaded.clock.now_s <= at_most_s
    with qdlab.open(out) as run:
        chosen_v = run["ta"]["potential_v"].to_numpy()
        assert np.array_equal(run["held_absorption"]["potential_v"].to_numpy(), chosen_v)
        assert run["held_absorption"]["measured_potential_v"].to_numpy() == pytest.approx(chosen_v, abs=1e-3)
        assert filling(chosen_v, -1.2, 0.045) == pytest.approx(ELECTRONS, abs=0.06)
        held = reduce(run).held
    assert held is not None
    assert held["n_1s"].to_numpy() == pytest.approx(ELECTRONS, abs=0.06)
    assert held["potential_v"].to_numpy() == pytest.approx(chosen_v)


def test_a_sweep_that_shows_no_filling_ends_the_run_and_says_so(
    recipe: GainThresholdMap, tmp_path: Path
) -> None:
    recipe.vertex_v = -0.9
    out, loaded = tmp_path / "run.h5", load_bench("paper_sim", 5)
    with pytest.raises(MissingDataError, match="do not pass through half filling"):
        _carry_out(recipe, loaded, out)
    assert not loaded.world.cell.connected(loaded.clock.now_s)
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "failed"
        assert "half filling" in run.attrs["reason"]
        assert bool(run["cv_absorption"]["done"].all())


def test_the_plan_is_checked_and_estimated_by_the_most_it_can_come_to(
    recipe: GainThresholdMap, lab: Lab
) -> None:
    plan = recipe.plan(lab)
    assert plan.chooses
    assert problems(plan, lab) == []
    recipe.vertex_v = -1.9
    assert "sweep vertex: -1.9 V is outside -1.6 to 0.2 V" in problems(recipe.plan(lab), lab)
    fixed = estimate(plan, lab).duration_s
    recipe.n_corrections = 0
    assert estimate(recipe.plan(lab), lab).duration_s < fixed
