"""The paper's recipe with fewer points: one file from the voltammogram to the film that came back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

import qdlab
from qdlab.analysis import Reduction, reduce
from qdlab.app.parts import Recipe, carry_out, load_bench, load_recipe
from qdlab.plan import estimate
from qdlab.run import StopToken, ignore


def few_points() -> Recipe:
    """Return configs/paper.toml with six fluences, eight delays and a third of the shots."""
    recipe = load_recipe("paper")
    few = recipe.experiment
    few.n_scans, few.n_cycles, few.n_shots = 400, 1, 200
    few.excitons_per_dot = [0.05, 0.4, 1.2, 1.6, 3.0, 6.0]
    few.delays_ps = [-5.0, -4.0, -3.0, 3.0, 5.0, 7.0, 1000.0, 2500.0]
    return recipe


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of it."""
    out = tmp_path_factory.mktemp("paper") / "paper.h5"
    carry_out(few_points(), load_bench("paper_sim"), out, force=False, stop=StopToken(), tell=ignore)
    return out


@pytest.fixture(scope="module")
def reduction(file: Path) -> Reduction:
    with qdlab.open(file) as run:
        return reduce(run)


def test_every_point_is_measured_in_transmission_and_in_reflection(file: Path) -> None:
    with qdlab.open(file) as run:
        assert run["ta"].sizes == run["tr"].sizes
        assert bool(run["ta"]["done"].all())
        assert bool(run["tr"]["done"].all())
        np.testing.assert_array_equal(run["ta"]["potential_v"], run["tr"]["potential_v"])
        seen = run["ta"]["shots"][0, 0, 0].max() / run["tr"]["shots"][0, 0, 0].max()
    assert 8.0 < float(seen) < 12.0  # the front reflects 8 %, on a dark level of 600 counts


def test_it_takes_as_long_as_was_planned_for_potentials_that_are_found_at_once(file: Path) -> None:
    lab = load_bench("paper_sim").bench.describe()
    cost = estimate(few_points().experiment.plan(lab), lab)
    with qdlab.open(file) as run:
        begin, end = (datetime.fromisoformat(run.attrs[key]) for key in ("start_time", "end_time"))
        assert int(run["tried_absorption"]["done"].sum()) == 2  # of two potentials
    assert cost.least_s is not None
    assert cost.least_s < 0.9 * cost.duration_s
    assert (end - begin).total_seconds() == pytest.approx(cost.least_s, rel=0.02)


def test_potentials_are_those_that_hold_the_electrons_asked_for(reduction: Reduction) -> None:
    assert reduction.held is not None
    held = reduction.held["n_1s"].to_numpy()
    np.testing.assert_allclose(held, [0.0, 0.94, 1.99, 0.0], atol=0.06)
    potentials_v = reduction.held["potential_v"].to_numpy()
    assert potentials_v[0] == potentials_v[3] == -0.3
    assert -1.5 <= potentials_v[2] < potentials_v[1] < -1.1


def test_the_film_comes_back_and_its_threshold_with_it(reduction: Reduction) -> None:
    first, half, full, again = reduction.thresholds
    assert first.n_gain > half.n_gain > full.n_gain_high
    assert full.censored == "below"
    apart = np.hypot(first.n_gain_high - first.n_gain_low, again.n_gain_high - again.n_gain_low)
    assert abs(first.n_gain - again.n_gain) < 2.0 * apart
