"""Time zero, charging times and orders of delays: what an experiment finds is what the world holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import ChargingSteps, Experiment, TimeZero, TransientAbsorption
from qdlab.analysis import Reduction, reduce
from qdlab.app.parts import Recipe, carry_out, load_bench
from qdlab.plan import DelayLine, Lab, MoveDelay, TakeShots
from qdlab.run import StopToken, ignore
from simulators.world.optics import chirp_ps
from simulators.world.options import ProbeOptions

Measured = Callable[[Experiment], Path]
BAND_NM = 618.0


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    """Carries an experiment out on the simulated bench and gives its file."""

    def measure(experiment: Experiment) -> Path:
        out = tmp_path / "run.h5"
        recipe, bench = Recipe(experiment, {}), load_bench("paper_sim")
        carry_out(recipe, bench, out, force=True, stop=StopToken(), tell=ignore)
        return out

    return measure


def _reduced(file: Path) -> Reduction:
    with qdlab.open(file) as run:
        return reduce(run)


@pytest.mark.parametrize("measured_on", ["blank", "film"])
def test_time_zero_is_where_pump_and_probe_meet_in_the_band(measured: Measured, measured_on: str) -> None:
    recipe = TimeZero()
    recipe.measured_on = measured_on
    recipe.excitons_per_dot = 6.0
    recipe.time_zero_delays_ps = ["-1.2 to 1.2 step 0.06"]
    found = _reduced(measured(recipe)).time_zero
    assert found is not None
    probe = ProbeOptions()
    true_ps = chirp_ps(np.array([BAND_NM]), probe)[0]
    true_mm = DelayLine(probe.passes, probe.time_zero_mm).to_mm(true_ps)
    assert found.zero_error_mm < 1e-3  # 7 fs
    assert abs(found.zero_mm - true_mm) < 4.0 * found.zero_error_mm + 1.5e-4  # the stage's resolution: 0.1 um
    assert found.believed_mm == 10.0
    told = re.search(r"zero_mm = ([\d.]+) \(± ([\d.]+)\)", str(found))
    assert told is not None
    assert float(told[1]) == pytest.approx(found.zero_mm, abs=found.zero_error_mm / 2)
    assert float(told[2]) > 0.0, "an error is told with the digits it needs"


def test_a_run_for_time_zero_says_first_what_to_write_into_the_bench(measured: Measured) -> None:
    recipe = TimeZero()
    recipe.excitons_per_dot = 6.0
    recipe.n_shots = recipe.n_dark_shots = 100
    assert _reduced(measured(recipe)).notes[0].startswith("time zero of the band is at +0.1")


def test_the_time_in_which_the_film_charges_is_found(measured: Measured) -> None:
    """The world's film follows with 2 s; at the first potential nothing happens, and nothing is made up."""
    recipe = ChargingSteps()
    recipe.potentials_v = [-0.3, -1.2, -0.3]
    recipe.n_scans, recipe.settle_minimum_s = 20, 20.0
    settling = _reduced(measured(recipe)).settling
    assert settling is not None
    assert settling["settled"].to_numpy().tolist() == [1.0, 1.0, 1.0]
    tau_s, error_s = settling["tau_s"].to_numpy(), settling["tau_error_s"].to_numpy()
    assert np.isnan(tau_s[0])
    assert np.all(np.abs(tau_s[1:] - 2.0) < 4.0 * error_s[1:])
    assert np.all(error_s[1:] < 0.5)
    assert np.all((settling["rest_s"].to_numpy()[1:] > 1.0) & (settling["rest_s"].to_numpy()[1:] < 8.0))
    assert settling["change"].to_numpy()[1] < -5e-4 < 5e-4 < settling["change"].to_numpy()[2]


def test_a_film_that_is_not_given_the_time_has_not_settled(measured: Measured) -> None:
    recipe = ChargingSteps()
    recipe.potentials_v = [-1.2]
    recipe.n_scans, recipe.settle_minimum_s, recipe.settle_maximum_s = 20, 3.0, 3.0
    recipe.settle_tolerance = 1e-6
    settling = _reduced(measured(recipe)).settling
    assert settling is not None
    assert settling["settled"].to_numpy().tolist() == [0.0]


def _scans(order: str, lab: Lab) -> list[list[float]]:
    """Return the delays of each scan in the order in which they are measured."""
    recipe = TransientAbsorption()
    recipe.delays_ps, recipe.n_delay_scans, recipe.delay_order = [5.0, -3.0, 100.0, 7.0, 2500.0], 3, order
    steps = list(recipe.plan(lab))
    scans: list[list[float]] = [[], [], []]
    for move, take in pairwise(steps):
        if isinstance(take, TakeShots) and take.slot.stream == "ta":
            assert isinstance(move, MoveDelay)
            *_, scan, k = take.slot.index
            assert recipe.delays_ps[k] == move.delay_ps  # the record lies where the recipe lists its delay
            scans[scan].append(move.delay_ps)
    return scans


def test_scans_rise_go_there_and_back_or_are_shuffled(lab: Lab) -> None:
    rising = [-3.0, 5.0, 7.0, 100.0, 2500.0]
    assert _scans("rising", lab) == [rising] * 3
    assert _scans("there and back", lab) == [rising, rising[::-1], rising]
    shuffled = _scans("random", lab)
    assert shuffled == _scans("random", lab)
    assert all(sorted(scan) == rising for scan in shuffled)
    assert len({tuple(scan) for scan in (*shuffled, rising)}) == 4
