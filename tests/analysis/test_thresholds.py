"""Thresholds: crossings, honest intervals, censoring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from qdlab.analysis import (
    MissingDataError,
    Series,
    bracket,
    find_crossing,
    fit_cross_section,
    fit_saturating,
    heuristic_crossing,
)
from qdlab.analysis.gain import interval_near_zero
from qdlab.physics import ensemble_absorption, gain_threshold, late_bleach, late_survival

N_X = np.array([0.05, 0.15, 0.4, 0.8, 1.2, 1.6, 2.2, 4.0, 7.0])


def series(n_1s, *, noise=0.004, level_error=0.003, scale_error=0.0, seed=None, n_x=N_X):
    """Band bleach in units of A0; with a seed, points and level are off by their errors."""
    bleach = ensemble_absorption(0.0, n_1s) - ensemble_absorption(n_x, n_1s)
    level = 1.0 - n_1s / 2.0
    if seed is not None:
        random = np.random.default_rng(seed)
        bleach = bleach + noise * random.standard_normal(n_x.size)
        level += level_error * random.standard_normal()
        n_x = n_x * np.exp(scale_error * random.standard_normal())
    errors = np.full(n_x.size, noise)
    return Series(n_x, np.zeros(n_x.size), bleach, errors, level, level_error, scale_error)


@pytest.mark.parametrize("n_1s", [0.0, 0.5, 1.0, 1.5, 1.9])
@pytest.mark.parametrize("n_x", [N_X, np.geomspace(0.05, 7.0, 8)], ids=["recipe", "three a decade"])
def test_crossing_of_exact_data_is_the_models(n_1s, n_x):
    crossing = find_crossing(series(n_1s, n_x=n_x), 200, 0)
    assert crossing.n_gain == pytest.approx(float(gain_threshold(n_1s)), rel=2e-4)
    assert crossing.censored is None


@pytest.mark.parametrize(
    ("n_1s", "scale_error"), [(0.0, 0.0), (1.0, 0.03), (1.7, 0.0), (1.98, 0.02), (2.0, 0.0)]
)
def test_intervals_cover_the_truth_as_often_as_they_say(n_1s, scale_error):
    true, n_runs, inside68, inside95 = float(gain_threshold(n_1s)), 250, 0, 0
    for seed in range(n_runs):
        crossing = find_crossing(series(n_1s, seed=seed, scale_error=scale_error), 400, seed)
        inside68 += crossing.n_gain_low <= true <= crossing.n_gain_high
        inside95 += crossing.n_gain_low95 <= true <= crossing.n_gain_high95
    # Three standard deviations of a binomial with 250 draws.
    assert inside68 / n_runs == pytest.approx(0.68, abs=3 * np.sqrt(0.68 * 0.32 / n_runs))
    assert inside95 / n_runs == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / n_runs))


@pytest.mark.parametrize("level", [0.0, -0.02, 1e-4])
def test_a_level_that_reaches_zero_gives_an_upper_limit(level):
    told = series(2.0)
    crossing = find_crossing(Series(**{**vars(told), "level": level, "level_error": 0.01}), 1000, 1)
    assert crossing.censored == "below"
    assert crossing.n_gain_low95 == 0.0
    assert crossing.n_gain == crossing.n_gain_high95
    assert crossing.n_gain_low < crossing.n_gain_high < crossing.n_gain < 0.1


@pytest.mark.parametrize(
    ("measured", "confidence", "low", "high"),
    [(-2.0, 0.6827, 0.0, 0.07), (0.5, 0.6827, 0.02, 1.5), (0.0, 0.95, 0.0, 1.96), (2.0, 0.95, 0.35, 3.96)],
)
def test_intervals_near_zero_are_those_of_feldman_and_cousins(measured, confidence, low, high):
    """Their Table X."""
    assert interval_near_zero(measured, confidence) == pytest.approx((low, high), abs=0.005)


def test_no_gain_up_to_the_highest_fluence_gives_a_lower_limit():
    crossing = find_crossing(series(0.0, n_x=N_X[:5]), 1000, 1)
    assert crossing.censored == "above"
    assert crossing.n_gain == 1.2
    assert crossing.n_gain_high == np.inf


def test_bracket_is_the_measured_points_next_to_the_crossing():
    assert bracket(series(0.0)) == (1.2, 1.6)
    assert bracket(series(1.99)) == (0.0, 0.05)
    last, first = bracket(series(0.0, n_x=N_X[:4]))
    assert last == 0.8
    assert np.isnan(first)


def test_the_papers_fit_is_near_the_crossing():
    value, error = heuristic_crossing(series(0.0), 200, 0)
    assert value == pytest.approx(1.54, abs=0.05)
    assert 0.002 < error < 0.02


@pytest.mark.parametrize("n_1s", [0.0, 1.0, 1.9])
def test_the_papers_fit_is_that_of_scipy(n_1s):
    told = series(n_1s, seed=3)
    best, _ = curve_fit(lambda n, a, b: -a * np.expm1(-n / b), told.n_x, told.bleach, [1.0, 1.5])
    np.testing.assert_allclose(fit_saturating(told.n_x, told.bleach[:, None]), best[:, None], rtol=1e-5)


def test_the_papers_fit_has_no_crossing_where_it_saturates_below():
    told = series(0.0)
    assert np.isnan(heuristic_crossing(Series(**{**vars(told), "level": 10.0}), 10, 0)[0])


def test_the_papers_fit_needs_three_points():
    assert np.isnan(heuristic_crossing(series(0.0, n_x=N_X[:2]), 10, 0)).all()


def test_one_fluence_is_enough_for_a_bracket_and_a_crossing():
    crossing = find_crossing(series(0.0, n_x=np.array([4.0])), 200, 0)
    assert 0.0 < crossing.n_gain < 4.0


@given(scale=st.floats(0.1, 10.0))
def test_a_crossing_does_not_depend_on_the_unit_of_absorbance(scale):
    told = series(1.0)
    rescaled = Series(
        told.n_x, told.n_x_error, scale * told.bleach, scale * told.bleach_error,
        scale * told.level, scale * told.level_error, 0.0,
    )  # fmt: skip
    assert find_crossing(rescaled, 100, 0).n_gain == pytest.approx(find_crossing(told, 100, 0).n_gain)


FLUENCE_CM2 = N_X / 3.6e-14


def fitted_sigma(seed, **changes):
    random = np.random.default_rng(seed)
    power_noise, noise = 0.003 * random.standard_normal(N_X.size), 2e-5 * random.standard_normal(N_X.size)
    film = {"pump_absorbance": 0.16, "survival": late_survival(2500.0)}
    bleach = late_bleach(0.95 * FLUENCE_CM2 * (1.0 + power_noise), 3.6e-14, 3e-3, **film) + noise
    options = {"start_cm2": 3e-14, "reflectance": 0.05, **film, **changes}
    return fit_cross_section(FLUENCE_CM2, 0.003 * FLUENCE_CM2, bleach, np.full(N_X.size, 2e-5), **options)


def test_cross_section_is_unbiased_and_knows_its_error():
    found = [fitted_sigma(seed) for seed in range(150)]
    pulls = np.array([(sigma.sigma_cm2 - 3.6e-14) / sigma.error_cm2 for sigma in found])
    assert abs(pulls.mean()) < 0.3
    assert 0.5 < pulls.std() < 1.15  # errors are enlarged, never reduced, by the scatter of a fit


def test_a_material_with_other_degeneracies_is_a_parameter():
    n_x = np.array([0.1, 0.4, 1.0, 2.0, 3.0, 4.5, 6.5, 9.0, 14.0, 20.0])
    for g_e, g_h in ((8, 8), (2, 2)):
        level = ensemble_absorption(0.0, 0.5, g_e=g_e, g_h=g_h)
        bleach = level - ensemble_absorption(n_x, 0.5, g_e=g_e, g_h=g_h)
        errors = np.full(n_x.size, 1e-3)
        told = Series(n_x, 0.0 * n_x, bleach, errors, float(level), 1e-3, 0.0, n_states=max(g_e, g_h))
        true = float(gain_threshold(0.5, g_e=g_e, g_h=g_h))
        assert find_crossing(told, 10, 0).n_gain == pytest.approx(true, rel=2e-3)


def test_points_that_scatter_more_than_they_say_widen_the_interval():
    calm, wild = (series(0.0, seed=5, noise=noise) for noise in (0.004, 0.04))
    wild = Series(**{**vars(wild), "bleach_error": calm.bleach_error})
    widths = [np.ptp([c.n_gain_low, c.n_gain_high]) for c in (find_crossing(s, 500, 0) for s in (calm, wild))]
    assert widths[1] > 3.0 * widths[0]


def test_a_film_taken_as_clear_would_give_another_cross_section():
    assert fitted_sigma(0, pump_absorbance=0.0).sigma_cm2 < 0.9 * fitted_sigma(0).sigma_cm2


def test_too_few_fluences_for_a_cross_section_are_told():
    few = FLUENCE_CM2[:3]
    film = {"start_cm2": 3e-14, "pump_absorbance": 0.1, "reflectance": 0.0}
    with pytest.raises(MissingDataError, match="3 fluences with a late bleach are too few"):
        fit_cross_section(few, few * 0, few * 1e-17, few * 1e-19, **film)


def test_a_bleach_that_does_not_saturate_is_told():
    weak = np.linspace(1e10, 5e10, 6)
    bleach = late_bleach(weak, 3.6e-14, 3e-3) + 2e-5 * np.random.default_rng(0).standard_normal(6)
    with pytest.raises(MissingDataError, match="cross section"):
        fit_cross_section(
            weak, weak * 0, bleach, np.full(6, 2e-5), start_cm2=3e-14, pump_absorbance=0.0, reflectance=0.0
        )
