"""What a plan says the film gets, beside what it got in the virtual laboratory."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures import ChargingSteps, FluenceSeries, SteadyState, TimeZero, Voltammetry
from qdlab.app.parts import Recipe, carry_out, load_bench
from qdlab.plan import Lab, dose, dots_cm2
from qdlab.run import StopToken, ignore

ELECTRON_C = 1.602176634e-19


@pytest.fixture
def series() -> FluenceSeries:
    recipe = FluenceSeries()
    recipe.excitons_per_dot = [0.5, 2.0]
    recipe.delays_ps = [-3.0, 5.0, 2500.0]
    recipe.n_shots = recipe.n_dark_shots = 100
    recipe.n_scans = 10
    return recipe


def test_the_pump_is_on_the_film_for_as_long_as_the_plan_says(series: FluenceSeries, tmp_path: Path) -> None:
    loaded = load_bench("paper_sim")
    carry_out(Recipe(series, {}), loaded, tmp_path / "x.h5", force=False, stop=StopToken(), tell=ignore)
    lab = loaded.bench.describe()
    told = dose(series.plan(lab), lab)
    assert told.lit_s["pump"] == pytest.approx(loaded.world._pumped_s, rel=0.02)
    assert told.lit_s["pump"] > 2.0


def test_photons_are_fluence_times_pulses_and_energy_theirs(series: FluenceSeries, lab: Lab) -> None:
    series.excitons_per_dot = [2.0]
    told = dose(series.plan(lab), lab)
    pulses = 2500.0 * told.lit_s["pump"]
    (fluence_cm2,) = series.fluences_cm2()
    assert told.pump_photons_cm2 == pytest.approx(fluence_cm2 * pulses)
    assert told.pump_j_cm2 == pytest.approx(told.pump_photons_cm2 * 6.62607015e-34 * 2.99792458e8 / 400e-9)


def test_what_falls_on_the_bare_substrate_does_not_fall_on_the_film(lab: Lab) -> None:
    recipe = TimeZero()
    assert dose(recipe.plan(lab), lab).pump_photons_cm2 == 0.0
    recipe.measured_on = "film"
    assert dose(recipe.plan(lab), lab).pump_photons_cm2 > 0.0
    steady = SteadyState()
    told = dose(steady.plan(lab), lab)
    assert told.lit_s["lamp"] == pytest.approx(steady.n_scans * steady.integration_s, abs=0.03)
    assert (told.n_charges, told.cell_on_s, told.lit_s["pump"]) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("potentials_v", "n_charges"),
    [([-0.3], 0), ([-0.3, -1.2], 2), ([-1.2], 2), ([-1.2, -1.2], 2), ([-0.3, -1.2, -1.5, -0.3], 3)],
)
def test_every_change_of_the_potential_charges_or_discharges(
    potentials_v: list[float], n_charges: int, lab: Lab
) -> None:
    """From open circuit, and back to it at the end."""
    recipe = ChargingSteps()
    recipe.potentials_v = potentials_v
    plan = recipe.plan(lab)
    told = dose(plan, lab)
    assert told.n_charges == n_charges
    assert told.charge_c_cm2 == pytest.approx(n_charges * 2 * ELECTRON_C * dots_cm2(plan.sample))
    assert told.cell_on_s >= len(potentials_v) * recipe.settle_minimum_s


def test_a_cycle_charges_and_discharges_once_and_lamp_and_excitation_take_turns(lab: Lab) -> None:
    recipe = Voltammetry()
    recipe.n_cycles = 3
    told = dose(recipe.plan(lab), lab)
    assert told.n_charges == 6
    assert told.cell_on_s == pytest.approx(360.0)
    assert told.lit_s["lamp"] + told.lit_s["excitation"] == pytest.approx(360.0, rel=0.03)
    assert told.lit_s["lamp"] == pytest.approx(180 * 20 * 0.01 + 2.0, rel=0.01)


def test_dots_follow_from_absorbance_and_cross_section(lab: Lab) -> None:
    """physics.md section 9: 0.16 and 3.6e-14 cm^2 are about 1e13 dots per cm^2."""
    assert dots_cm2(SteadyState().plan(lab).sample) == pytest.approx(1.02e13, rel=0.01)
