"""The bench on which every instrument that can speaks bytes: a dry run executes the drivers themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import GainThresholdMap
from qdlab.app.config import SIMULATED, LoadedBench, Recipe, load_bench
from qdlab.app.runs import carry_out
from qdlab.run import StopToken, ignore


@pytest.fixture
def laboratory() -> LoadedBench:
    return load_bench("paper_wires")


@pytest.fixture
def run_file(laboratory: LoadedBench, small_map: GainThresholdMap, tmp_path: Path) -> Path:
    small_map.potentials_v = [-0.3, -1.5]
    small_map.excitons_per_dot = [3.0]
    small_map.n_shots = 40
    recipe = Recipe(small_map, {"procedure": "GainThresholdMap"})
    carry_out(recipe, laboratory, tmp_path / "run.h5", force=False, stop=StopToken(), tell=ignore)
    return tmp_path / "run.h5"


def test_a_run_by_wire_finishes_and_its_file_names_the_drivers_instruments(
    run_file: Path, laboratory: LoadedBench
) -> None:
    with qdlab.open(run_file) as run:
        assert run.attrs["status"] == "finished"
        assert all(bool(child["done"].all()) for child in run.children.values())
        identities = run.attrs["identities"]
        for role, table in laboratory.source["instruments"].items():
            assert ("Simulated" in identities[role]) == (table["driver"] == SIMULATED), identities[role]


def test_by_wire_the_film_bleaches_as_it_does_without(run_file: Path) -> None:
    with qdlab.open(run_file) as run:
        ta = run["ta"]
        on = ta["pump_on"].sel(delay_ps=5.0).isel(potential_v=0, fluence_cm2=0).to_numpy().astype(bool)
        shots = ta["shots"].sel(delay_ps=5.0).isel(potential_v=0, fluence_cm2=0).to_numpy().astype(float)
        dark = run["ta_dark"]["shots"].isel(potential_v=0).to_numpy().mean(axis=0)
        band = np.abs(ta["wavelength_nm"].to_numpy() - 616.0) < 5.0
    delta_a = -np.log10((shots[on].mean(axis=0) - dark) / (shots[~on].mean(axis=0) - dark))
    assert on.sum() == on.size // 2
    # three excitons a dot fill the 1S level of a neutral dot: dA near -A0, 5.3e-3, and beyond it with gain
    assert -12e-3 < delta_a[band].mean() < -3e-3


def test_everything_is_left_safe(run_file: Path, laboratory: LoadedBench) -> None:
    world = laboratory.world
    assert not any(world.is_open(path) for path in laboratory.bench.shutters)
    assert not world.chopper_running
    assert not world.cell.connected(world.clock.now_s)
