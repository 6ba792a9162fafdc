"""An adaptive map on the simulated bench: how it ends, what it spends, and what its file says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import GainThresholdMap
from qdlab.analysis import Reduction, reduce
from qdlab.app.config import LoadedBench, Recipe, bench_from, find_config, load_recipe, read_toml
from qdlab.app.runs import carry_out
from qdlab.physics import excitons_per_dot
from qdlab.plan import Lab, estimate, problems
from qdlab.run import Event, StepStarted, StopToken


@pytest.fixture
def recipe() -> GainThresholdMap:
    """Two potentials, as few spectra and delays as thresholds take."""
    recipe = load_recipe("adaptive").experiment
    assert isinstance(recipe, GainThresholdMap)
    recipe.electrons_per_dot = []
    recipe.potentials_v = [-0.3, -1.2]
    recipe.delays_ps = [-4.0, -3.0, 3.0, 5.0, 7.0, 2500.0]
    recipe.n_scans, recipe.n_shots = 800, 200
    recipe.step_v, recipe.steps_per_spectrum, recipe.cv_scans = 0.1, 6, 2
    recipe.interval_width = 0.06
    return recipe


def _bench() -> LoadedBench:
    """The paper's bench with a quarter of the pixels, of four times the light each: a band is as noisy."""
    source = read_toml(find_config("paper_sim"))
    source["simulation"] |= {"seed": 4, "probe": {"electrons": 1.2e6}}
    source["instruments"]["ta_detector"] |= {"n_pixels": 256, "electrons_per_count": 25.0}
    return bench_from(source, "coarse")


def _carry_out(recipe: GainThresholdMap, out: Path) -> tuple[LoadedBench, list[str]]:
    loaded, said = _bench(), list[str]()

    def tell(event: Event) -> None:
        if isinstance(event, StepStarted):
            said.append(event.description)

    carry_out(Recipe(recipe, {}), loaded, out, force=False, stop=StopToken(), tell=tell)
    return loaded, [text for text in said if "n_1S" in text or "no threshold" in text]


def _reduced(out: Path) -> Reduction:
    with qdlab.open(out) as run:
        return reduce(run)


def test_it_goes_on_until_every_interval_is_as_narrow_as_asked_and_no_further(
    recipe: GainThresholdMap, tmp_path: Path
) -> None:
    out = tmp_path / "run.h5"
    loaded, said = _carry_out(recipe, out)
    lab = loaded.bench.describe()
    assert loaded.clock.now_s < estimate(recipe.plan(lab), lab).duration_s
    found = _reduced(out)
    widths = [threshold.n_gain_high - threshold.n_gain_low for threshold in found.thresholds]
    assert max(widths) <= recipe.interval_width
    for threshold, truth in zip(found.thresholds, (1.54, 0.955), strict=True):
        assert threshold.n_gain == pytest.approx(truth, abs=2.5 * recipe.interval_width)
    assert [text.endswith("as well known as was asked for") for text in said] == [True, True]
    assert (
        f"gain from {found.thresholds[1].n_gain_low:.3f} to {found.thresholds[1].n_gain_high:.3f}" in said[1]
    )
    assert not any("were not measured" in note for note in found.notes)
    with qdlab.open(out) as run:
        taken = run["ta"]["done"].to_numpy().sum(axis=-1)
        chosen_cm2 = run["ta"]["chosen_fluence_cm2"].to_numpy()
        assert np.array_equal(taken > 0, np.isfinite(chosen_cm2))
        assert taken[taken > 0].min() >= len(recipe.delays_ps)
        measured_cm2 = run["pump"]["power_w"].to_numpy() / lab.pump_beam.power_w(1.0)
    np.testing.assert_allclose(measured_cm2[taken > 0], chosen_cm2[taken > 0], rtol=0.01)
    per_photon = float(excitons_per_dot(1.0, 3.6e-14, reflectance=0.0, pump_absorbance=0.16))
    assert sorted(chosen_cm2[1][taken[1] > 0] * per_photon) == pytest.approx([0.86, 1.05], abs=0.08)


@pytest.mark.parametrize(
    ("budget", "lacking"),
    [
        ({"most_time_s": 30.0}, "beam time"),
        ({"most_map_shots": 12_000}, "shots"),
        ({"most_photons_cm2": 1e19}, "pump dose"),
    ],
)
def test_it_stops_when_its_budget_is_used_up_and_says_how_far_it_came(
    recipe: GainThresholdMap, tmp_path: Path, budget: dict[str, float], lacking: str
) -> None:
    for name, most in budget.items():
        setattr(recipe, name, most)
    recipe.interval_width = 0.03
    _, said = _carry_out(recipe, tmp_path / "run.h5")
    assert any(text.endswith(f"no {lacking} left") for text in said)
    if lacking == "shots":
        with qdlab.open(tmp_path / "run.h5") as run:
            n_points = sum(int(run[name]["done"].sum()) for name in ("ta", "time_zero", "ta_dark"))
        assert n_points * recipe.n_shots <= 12_000 + 2 * recipe.n_dark_shots


def test_it_says_what_it_cannot_better_instead_of_trying_for_ever(
    recipe: GainThresholdMap, tmp_path: Path
) -> None:
    recipe.n_scans, recipe.interval_width = 50, 0.02
    out = tmp_path / "run.h5"
    _, said = _carry_out(recipe, out)
    assert all("not to be narrowed to 0.02" in text and "level" in text for text in said)
    widths = [threshold.n_gain_high - threshold.n_gain_low for threshold in _reduced(out).thresholds]
    assert min(widths) > 0.02


def test_the_plan_is_the_most_that_a_search_can_come_to(recipe: GainThresholdMap, lab: Lab) -> None:
    plan = recipe.plan(lab)
    assert plan.chooses
    assert problems(plan, lab) == []
    recipe.delays_ps = [3.0, 5.0, 7.0]
    assert any("needs delays before -1 ps" in text for text in problems(recipe.plan(lab), lab))
