"""Are the intervals what they say? Many simulated experiments, each with its own noise, against the world.

The truth here is where the virtual film itself, without noise, becomes transparent 5 ps after the pump; it
lies within 1 % of the counting model (depth, line shapes, recombination within 5 ps).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qdlab
from qdlab.analysis import reduce, summary
from qdlab.app.config import load_bench, load_recipe
from qdlab.app.runs import carry_out
from qdlab.physics import filling, gain_threshold
from qdlab.run import StopToken, ignore
from simulators.world.options import WorldOptions
from simulators.world.transparency import true_threshold

POTENTIALS_V = [-0.3, -1.15, -1.2, -1.25]
N_EXPERIMENTS = 20


def _experiment(seed: int, out: Path) -> list[dict[str, Any]]:
    recipe = load_recipe("quick")
    recipe.experiment.potentials_v = POTENTIALS_V
    recipe.experiment.delays_ps = [-5.0, -4.0, -3.0, 4.0, 5.0, 6.0, 2500.0]
    recipe.experiment.n_shots = 150
    carry_out(recipe, load_bench("paper_sim", seed), out, force=True, stop=StopToken(), tell=ignore)
    with qdlab.open(out) as run:
        rows: list[dict[str, Any]] = summary(reduce(run))["thresholds"]
    return rows


@pytest.fixture(scope="module")
def experiments(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    out = tmp_path_factory.mktemp("honest") / "run.h5"
    return [_experiment(seed, out) for seed in range(1, N_EXPERIMENTS + 1)]


@pytest.fixture(scope="module")
def truth() -> list[float]:
    options = WorldOptions()
    return [true_threshold(options, n_1s) for n_1s in filling(np.array(POTENTIALS_V), -1.2, 0.045).tolist()]


def test_the_worlds_thresholds_are_those_of_counting_within_two_percent(truth: list[float]) -> None:
    counted = gain_threshold(filling(np.array(POTENTIALS_V), -1.2, 0.045))
    assert truth == pytest.approx(counted.tolist(), rel=0.02)


def test_the_neutral_threshold_is_within_a_tenth_of_theory(experiments: list[list[dict[str, Any]]]) -> None:
    neutral = np.array([rows[0]["n_gain"] for rows in experiments])
    assert np.all(np.abs(neutral - 1.54) < 0.10)


def test_the_intervals_hold_the_truth_as_often_as_they_say(
    experiments: list[list[dict[str, Any]]], truth: list[float]
) -> None:
    """Thresholds of one experiment share sigma's error, so the share is held within wide bounds.

    With 20 experiments of 4 thresholds, of which at least 20 are independent, a share of 0.68 scatters by
    at most 0.10; the bounds are about two of that.
    """
    inside = [
        [row["n_gain_low"] <= true <= row["n_gain_high"] for row, true in zip(rows, truth, strict=True)]
        for rows in experiments
    ]
    wide = [
        [row["n_gain_low95"] <= true <= row["n_gain_high95"] for row, true in zip(rows, truth, strict=True)]
        for rows in experiments
    ]
    assert 0.47 <= np.mean(inside) <= 0.88
    assert np.mean(wide) >= 0.85


def test_the_estimates_scatter_as_their_errors_say_and_about_the_truth(
    experiments: list[list[dict[str, Any]]], truth: list[float]
) -> None:
    pulls = np.array(
        [
            [
                2 * (row["n_gain"] - true) / (row["n_gain_high"] - row["n_gain_low"])
                for row, true in zip(rows, truth, strict=True)
            ]
            for rows in experiments
        ]
    )
    assert np.all(np.abs(pulls.mean(axis=0)) < 3.3 / np.sqrt(N_EXPERIMENTS))
    assert 0.6 < pulls.std() < 1.4


def test_the_number_of_electrons_is_known_as_well_as_it_says(
    experiments: list[list[dict[str, Any]]],
) -> None:
    true = filling(np.array(POTENTIALS_V), -1.2, 0.045)
    found = np.array([[row["n_1s"] for row in rows] for rows in experiments])
    errors = np.array([[row["n_1s_err"] for row in rows] for rows in experiments])
    pulls = (found - true) / errors
    assert np.all(np.abs(pulls.mean(axis=0)) < 3.3 / np.sqrt(N_EXPERIMENTS))
    assert 0.4 < pulls.std() < 1.5
