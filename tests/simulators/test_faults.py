"""Every named fault shows, at the instrument and in a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import GainThresholdMap
from qdlab.analysis import reduce, summary
from qdlab.app.config import LoadedBench, Recipe, load_bench
from qdlab.app.runs import carry_out
from qdlab.errors import InstrumentTimeoutError, QdlabError, SafetyError
from qdlab.run import StopToken, ignore

CAMERA = ("flipped_pump_flag", "lost_chopper_lock", "missing_frame", "saturated_frame")


def _bench(*faults: str) -> LoadedBench:
    loaded = load_bench("paper_sim")
    loaded.world.faults.update(faults)
    return loaded


@pytest.fixture
def recipe(small_map: GainThresholdMap) -> Recipe:
    small_map.potentials_v = [-0.3]
    small_map.delays_ps = [-4.0, -3.0, 5.0, 2500.0]
    small_map.excitons_per_dot = [0.4, 0.8, 1.2, 1.6, 2.2, 4.0, 7.0]
    small_map.n_shots = 200
    small_map.n_dark_shots = 100
    small_map.n_scans = 200
    small_map.time_zero_delays_ps = [round(-1.5 + 0.1 * k, 3) for k in range(31)]
    return Recipe(small_map, {})


def _run(recipe: Recipe, bench: LoadedBench, out: Path) -> None:
    carry_out(recipe, bench, out, force=True, stop=StopToken(), tell=ignore)


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        ("stuck_stage", InstrumentTimeoutError, "delay_stage: move not finished after .* s"),
        ("over_current", SafetyError, "cell current .* passes the limit of 2 mA"),
    ],
)
def test_faults_that_end_a_run_are_told_and_leave_the_bench_safe(
    recipe: Recipe, tmp_path: Path, fault: str, error: type[QdlabError], message: str
) -> None:
    bench = _bench(fault)
    with pytest.raises(error, match=message):
        _run(recipe, bench, tmp_path / "run.h5")
    assert not bench.world.cell.connected(bench.clock.now_s)
    assert not any(bench.world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
    with qdlab.open(tmp_path / "run.h5") as run:
        assert run.attrs["status"] == "failed"


@pytest.mark.parametrize("fault", CAMERA)
def test_bad_shots_are_left_out_and_the_threshold_stays_right(
    recipe: Recipe, tmp_path: Path, fault: str
) -> None:
    out = tmp_path / "run.h5"
    _run(recipe, _bench(fault), out)
    with qdlab.open(out) as run:
        sequence = run["ta"]["sequence"].to_numpy()
        n_missing = int((sequence == 0).sum())
        found = summary(reduce(run))["thresholds"][0]
    assert (n_missing > 0) == (fault == "missing_frame")
    assert found["n_gain"] == pytest.approx(1.54, abs=0.12)


def test_an_open_cell_draws_no_current_and_charges_nothing(recipe: Recipe, tmp_path: Path) -> None:
    recipe.experiment.potentials_v = [-0.3, -1.5]
    for faults, charged in (((), 2.0), (("open_cell",), 0.0)):
        out = tmp_path / "run.h5"
        _run(recipe, _bench(*faults), out)
        with qdlab.open(out) as run:
            rows = summary(reduce(run))["thresholds"]
            peak_a = float(np.abs(run["cv"]["current_a"]).max())
        assert rows[1]["n_1s"] == pytest.approx(charged, abs=0.1)
        assert (peak_a > 1e-7) == (charged > 0.0)


def test_faults_can_stand_in_the_bench_file(tmp_path: Path) -> None:
    from qdlab.app.config import find_config

    path = tmp_path / "faulty.toml"
    text = find_config("paper_sim").read_text(encoding="utf-8")
    path.write_text(text.replace("seed = 2021", 'seed = 2021\nfaults = ["stuck_stage"]'), encoding="utf-8")
    assert load_bench(path).world.faults == {"stuck_stage"}
    path.write_text(text.replace("seed = 2021", 'faults = ["sleepy"]'), encoding="utf-8")
    with pytest.raises(QdlabError, match=r"faults\.0 = 'sleepy': should be 'bleached_film', "):
        load_bench(path)


def test_an_unlocked_chopper_says_so() -> None:
    world = _bench("lost_chopper_lock").world
    world.chopper_running = True
    assert not world.chopper_locked
    world.faults.clear()
    assert world.chopper_locked
