"""Transition counting, held to two independent calculations and to what must be true of any mixture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdlab.physics import (
    DOPANTS,
    charging,
    dopant_shares,
    dot_absorption,
    ensemble_absorption,
    gain_threshold,
)

EXCITONS = st.floats(0.0, 50.0)
ELECTRONS = st.floats(0.0, 2.0)
NAMES = st.sampled_from(sorted(DOPANTS))


@pytest.mark.parametrize(
    ("n_1s", "dopants", "threshold"),
    [
        (0.0, "binomial", 1.5423),
        (0.5, "binomial", 1.2625),
        (1.0, "binomial", 0.9561),
        (1.5, "binomial", 0.5937),
        (1.9, "binomial", 0.1695),
        (2.0, "binomial", 0.0),
        (0.5, "integer", 1.2389),
        (1.0, "integer", 0.8538),
        (1.5, "integer", 0.5674),
    ],
)
def test_gain_threshold_has_the_check_values(n_1s, dopants, threshold):
    assert gain_threshold(n_1s, dopants=dopants) == pytest.approx(threshold, abs=6e-5)


def test_gain_threshold_of_an_array_is_that_of_its_elements():
    n_1s = np.array([[0.0, 0.5], [1.0, 2.0]])
    assert gain_threshold(n_1s).shape == (2, 2)
    assert gain_threshold(n_1s)[1, 0] == pytest.approx(float(gain_threshold(1.0)), abs=1e-12)


def test_unknown_electrons_have_an_unknown_threshold():
    assert np.isnan(gain_threshold(np.nan))


@given(n_1s=ELECTRONS, dopants=NAMES)
def test_absorption_vanishes_at_the_threshold(n_1s, dopants):
    threshold = gain_threshold(n_1s, dopants=dopants)
    assert abs(ensemble_absorption(threshold, n_1s, dopants=dopants)) < 1e-9


@given(n_x=EXCITONS, more=st.floats(0.01, 5.0), n_1s=ELECTRONS, dopants=NAMES)
def test_absorption_never_rises_with_excitation(n_x, more, n_1s, dopants):
    before, after = ensemble_absorption([n_x, n_x + more], n_1s, dopants=dopants)
    assert after <= before + 1e-12


@given(n_1s=st.floats(0.0, 1.9), more=st.floats(0.01, 0.1), dopants=NAMES)
def test_threshold_falls_as_electrons_are_injected(n_1s, more, dopants):
    before, after = gain_threshold([n_1s, n_1s + more], dopants=dopants)
    assert after < before


@given(n_x=st.floats(0.0, 12.0), n_1s=ELECTRONS, dopants=NAMES)
def test_ensemble_is_the_sum_over_its_dots(n_x, n_1s, dopants):
    n = np.arange(80)
    poisson = np.exp(-n_x) * np.cumprod(np.concatenate([[1.0], n_x / np.arange(1.0, 80.0)]))
    shares = dopant_shares(n_1s, 2, dopants)
    brute = sum(shares[c] * poisson @ dot_absorption(n + c, n) for c in range(3))
    assert ensemble_absorption(n_x, n_1s, dopants=dopants) == pytest.approx(brute, abs=1e-12)


def test_absorption_broadcasts():
    assert ensemble_absorption(np.ones((5, 1)), np.linspace(0, 2, 3)).shape == (5, 3)


def test_other_degeneracies_keep_the_neutral_dot_dark_at_zero():
    assert ensemble_absorption(0.0, 0.0, g_e=8, g_h=8) == pytest.approx(1.0)
    assert gain_threshold(0.0, g_e=2, g_h=2) < gain_threshold(0.0, g_e=2, g_h=4)


@given(n_1s=ELECTRONS, dopants=NAMES | st.floats(0.0, 900.0).map(charging))
def test_dopant_shares_are_shares_with_the_right_mean(n_1s, dopants):
    shares = dopant_shares(n_1s, 2, dopants)
    assert np.all(shares >= 0.0)
    assert shares.sum() == pytest.approx(1.0)
    assert shares @ np.arange(3) == pytest.approx(n_1s, abs=1e-9)


def test_charging_goes_from_binomial_to_integer():
    n_1s = np.linspace(0.0, 2.0, 9)
    np.testing.assert_allclose(dopant_shares(n_1s, 2, charging(0.0)), dopant_shares(n_1s), atol=1e-12)
    np.testing.assert_allclose(
        dopant_shares(n_1s, 2, charging(60.0)), dopant_shares(n_1s, 2, "integer"), atol=1e-12
    )


@pytest.mark.parametrize("n_1s", [-0.01, 2.01])
def test_electrons_outside_the_level_are_refused(n_1s):
    with pytest.raises(ValueError, match=rf"n_1s: {n_1s} is outside 0 to 2"):
        gain_threshold([1.0, n_1s])


def test_negative_excitation_is_refused():
    with pytest.raises(ValueError, match="n_x: -1 is outside 0 or more"):
        ensemble_absorption(-1.0, 0.0)


def test_unknown_dopants_are_refused():
    with pytest.raises(ValueError, match="'poisson' is not one of binomial, integer"):
        gain_threshold(1.0, dopants="poisson")


def test_charging_is_for_two_states_only():
    with pytest.raises(ValueError, match="g_e = 3 is not 2"):
        dopant_shares(1.0, 3, charging(2.0))
