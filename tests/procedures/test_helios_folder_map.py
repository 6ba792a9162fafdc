"""The map of gain thresholds with an instrument that scans its own delays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import HeliosFolderMap
from qdlab.analysis import reduce
from qdlab.app.config import find_config
from qdlab.app.parts import LoadedBench, Recipe, carry_out, load_bench
from qdlab.errors import InstrumentTimeoutError, StoppedError
from qdlab.plan import problems
from qdlab.run import Event, StepStarted, StopToken, ignore
from simulators.helios_folder import HeliosProgram


@pytest.fixture
def recipe() -> HeliosFolderMap:
    few = HeliosFolderMap()
    few.electrons_per_dot = [0.0, 1.0]
    few.n_scans, few.n_cycles, few.step_v, few.steps_per_spectrum, few.cv_scans = 400, 1, 0.02, 3, 20
    few.excitons_per_dot = [0.05, 0.4, 0.8, 1.2, 1.6, 2.2, 4.0]
    return few


@pytest.fixture
def loaded() -> LoadedBench:
    return load_bench("helios_sim")


def test_its_thresholds_are_those_of_the_world_at_the_electrons_asked_for(
    recipe: HeliosFolderMap, loaded: LoadedBench, tmp_path: Path
) -> None:
    out = tmp_path / "helios.h5"
    carry_out(Recipe(recipe, {}), loaded, out, force=False, stop=StopToken(), tell=ignore)
    with qdlab.open(out) as run:
        assert run["ta"]["delta_a"].dims == ("potential_v", "fluence_cm2", "delay_ps", "wavelength_nm")
        assert run["ta"]["n_scans"].to_numpy().tolist() == [[2.0] * 7] * 2
        assert np.isfinite(run["ta"]["measured_potential_v"]).all()
        reduction = reduce(run)
        run["pump"]["done"][0, 2] = False
        assert any("there the fluence asked for is used" in note for note in reduce(run).notes)
    neutral, doped = reduction.thresholds
    assert neutral.n_gain == pytest.approx(1.542, abs=0.2)
    assert doped.n_1s == pytest.approx(1.0, abs=0.06)
    assert doped.n_gain == pytest.approx(0.956, abs=0.15)


def test_a_scan_that_never_comes_ends_the_run_safely(
    recipe: HeliosFolderMap, loaded: LoadedBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeliosProgram, "start", lambda program: None)
    out = tmp_path / "helios.h5"
    with pytest.raises(InstrumentTimeoutError, match="ta_scanner: no finished average"):
        carry_out(Recipe(recipe, {}), loaded, out, force=False, stop=StopToken(), tell=ignore)
    world = loaded.world
    assert not world.cell.connected(world.clock.now_s)
    assert not any(world.is_open(path) for path in ("pump", "probe", "lamp", "excitation"))
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "failed"
        assert bool(run["held_absorption"]["done"][0])


def test_a_run_can_be_stopped_while_it_waits_for_a_scan(
    recipe: HeliosFolderMap, loaded: LoadedBench, tmp_path: Path
) -> None:
    stop = StopToken()

    def stop_at_the_second_scan(event: Event) -> None:
        if isinstance(event, StepStarted) and "ta [0, 1]" in event.description:
            stop.request("enough")

    out = tmp_path / "helios.h5"
    with pytest.raises(StoppedError, match="enough"):
        carry_out(Recipe(recipe, {}), loaded, out, force=False, stop=stop, tell=stop_at_the_second_scan)
    with qdlab.open(out) as run:
        assert run["ta"]["done"].to_numpy().sum() == 1
    assert loaded.clock.now_s < 600.0


def test_without_an_example_the_plan_says_what_is_missing(recipe: HeliosFolderMap, tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    text = find_config("helios_sim").read_text("utf-8").replace('clock = "virtual"', 'clock = "wall"')
    bench.write_text(text.replace('"sim://" ', f"'{tmp_path}' "), encoding="utf-8")
    lab = load_bench(bench).bench.describe()
    (problem,) = problems(recipe.plan(lab), lab)
    assert problem.endswith("delays of its ta scanner are not known; name an earlier scan as `example`")
