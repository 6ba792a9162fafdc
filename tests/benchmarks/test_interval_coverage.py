"""Are the intervals what they say? The study of interval_coverage.py in small: few experiments, all numbers.

Each experiment has a sample, a laboratory and noise of its own; their seeds are fixed, so that the test
passes or fails for good. With other seeds right errors would fail in about one of fifty, so a change that
only shifts the noise hardly ever does. Errors wrong by a third, or a bias of one error, do not pass.
"""

from __future__ import annotations

import numpy as np
import pytest
from interval_coverage import Coverage, Estimate, coverages, estimates
from simulated_experiments import FILLINGS, Truth, draw, measure

from qdlab.physics import gain_threshold

N_EXPERIMENTS = 6


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Estimate]:
    folder = tmp_path_factory.mktemp("coverage")
    experiments = [draw(seed) for seed in range(1001, 1001 + N_EXPERIMENTS)]
    return [one for each in experiments for one in estimates(each, measure(each, folder))]


@pytest.fixture(scope="module")
def rows(found: list[Estimate]) -> list[Coverage]:
    return coverages(found)


def test_intervals_hold_the_truth_as_often_as_they_say(rows: list[Coverage]) -> None:
    """Of some 170 intervals about 60 are independent: 0.68 scatters by 0.06, 0.95 by 0.03."""
    assert np.mean([row.inside68 for row in rows]) == pytest.approx(0.68, abs=0.15)
    assert np.mean([row.inside95 for row in rows]) > 0.86


def test_estimates_scatter_about_the_truth_as_their_errors_say(rows: list[Coverage]) -> None:
    """The largest of 25 biases of N experiments is 3.5 standard errors in one of a hundred studies."""
    told = [row for row in rows if np.isfinite(row.bias)]
    assert len(told) > 20
    assert np.max(np.abs([row.bias for row in told])) < 3.5 / np.sqrt(N_EXPERIMENTS)
    assert np.mean([row.pull**2 for row in told]) == pytest.approx(1.0, abs=0.45)


def test_no_offset_of_time_zero_is_left(found: list[Estimate]) -> None:
    left_ps = [e.found - e.true for e in found if e.quantity.startswith("time zero")]
    assert np.max(np.abs(left_ps)) < 0.005
    assert np.abs(np.mean(left_ps)) < 0.001


@pytest.mark.parametrize("index", range(len(FILLINGS) - 1))
def test_the_worlds_thresholds_are_those_of_counting_within_three_percent(index: int) -> None:
    truth = Truth(draw(1001))
    counted = float(gain_threshold(truth.n_1s[index]))
    assert truth.threshold(index) == pytest.approx(counted, rel=0.03)
