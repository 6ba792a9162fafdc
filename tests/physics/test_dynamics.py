"""Filling, recombination and the gain lifetime."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from qdlab.physics import (
    decaying_absorption,
    ensemble_absorption,
    filling,
    gain_lifetime_ps,
    gain_threshold,
    poisson_shares,
    recombination_rates,
    relaxation,
)


def test_a_biexciton_lives_for_the_biexciton_lifetime():
    rates = recombination_rates(0, 2, tau_xx_ps=310.0, tau_r_ps=np.inf)
    np.testing.assert_allclose(rates, [0.0, 0.0, 1.0 / 310.0])


def test_a_charged_exciton_recombines_by_auger_but_a_neutral_one_does_not():
    np.testing.assert_allclose(recombination_rates(1, 1, tau_r_ps=np.inf)[1], 1.0 / (4 * 310.0))
    assert recombination_rates(0, 1, tau_xx_ps=310.0, tau_r_ps=20_000.0)[1] == pytest.approx(1 / 20_000.0)


def test_relaxation_of_a_biexciton_is_the_textbook_chain():
    delays = np.array([0.0, 10.0, 310.0, 4000.0])
    chance = relaxation(delays, 0, 2, tau_xx_ps=310.0, tau_r_ps=20_000.0)[:, 2]
    fast, slow = 1 / 310.0 + 4 / 20_000.0, 1 / 20_000.0
    np.testing.assert_allclose(chance[:, 2], np.exp(-fast * delays), rtol=1e-12)
    middle = fast / (fast - slow) * (np.exp(-slow * delays) - np.exp(-fast * delays))
    np.testing.assert_allclose(chance[:, 1], middle, atol=1e-12)


@settings(deadline=None)
@given(delay=st.floats(0.0, 1e5), injected=st.integers(0, 2), n_max=st.integers(0, 25))
def test_relaxation_keeps_every_dot_and_never_adds_excitons(delay, injected, n_max):
    chance = relaxation(delay, injected, n_max)[0]
    np.testing.assert_allclose(chance.sum(axis=-1), 1.0, atol=1e-9)
    assert np.all(chance >= -1e-12)
    np.testing.assert_allclose(np.triu(chance, k=1), 0.0, atol=1e-15)


@pytest.mark.parametrize("injected", [0, 1, 2, 5])
@pytest.mark.parametrize("n_max", [1, 5, 18, 20, 21])
@pytest.mark.parametrize("lifetimes", [(310.0, 20_000.0), (10.0, 600.0), (5000.0, 1e9)])
def test_relaxation_by_modes_is_the_matrix_exponential(injected, n_max, lifetimes):
    delays = np.append(0.0, np.geomspace(0.1, 5000.0, 20))
    given_ps = dict(zip(("tau_xx_ps", "tau_r_ps"), lifetimes, strict=True))
    rates = recombination_rates(injected, n_max, **given_ps)
    chain = np.diag(-rates) + np.diag(rates[1:], k=-1)
    expected = expm(delays[:, np.newaxis, np.newaxis] * chain)
    np.testing.assert_allclose(relaxation(delays, injected, n_max, **given_ps), expected, atol=1e-10)


def test_relaxation_before_time_zero_is_refused():
    with pytest.raises(ValueError, match=r"delay \(ps\): -1 is outside 0 or more"):
        relaxation(-1.0, 0, 3)


@pytest.mark.parametrize(
    ("n_x", "n_1s", "lifetime_ps"), [(3.0, 0.0, 285), (9.0, 0.0, 441), (1.3, 1.9, 830), (9.0, 1.9, 1140)]
)
def test_gain_lifetime_has_the_check_values(n_x, n_1s, lifetime_ps):
    assert gain_lifetime_ps(n_x, n_1s) == pytest.approx(lifetime_ps, abs=1.0)


def test_gain_lives_from_nothing_at_threshold_to_forever_when_fully_charged():
    below, above = gain_threshold(1.0) * np.array([0.99, 1.01])
    np.testing.assert_array_equal(gain_lifetime_ps([below, 1.0], [1.0, 2.0]), [0.0, np.inf])
    assert 0.0 < gain_lifetime_ps(above, 1.0) < 50.0


@pytest.mark.parametrize("tau_r_ps", [2_000.0, 20_000.0])
def test_gain_lifetimes_of_many_are_those_of_each_found_one_by_one(tau_r_ps):
    random = np.random.default_rng(0)
    n_x, n_1s = random.uniform(0.0, 10.0, (4, 5)), random.uniform(0.0, 1.99, (4, 5))
    found = gain_lifetime_ps(n_x, n_1s, tau_r_ps=tau_r_ps)
    assert found.shape == (4, 5)
    for n, c, lifetime_ps in zip(n_x.flat, n_1s.flat, found.flat, strict=True):
        times_ps = np.array([0.0, lifetime_ps * (1.0 - 1e-6), lifetime_ps * (1.0 + 1e-6)])
        start, before, after = decaying_absorption(times_ps, n, c, tau_r_ps=tau_r_ps)
        assert (start >= 0.0) == (lifetime_ps == 0.0)
        assert lifetime_ps == 0.0 or before < 0.0 < after


def test_unknown_excitation_has_an_unknown_lifetime_and_spoils_no_other():
    found = gain_lifetime_ps([3.0, np.nan, 9.0], [0.0, 0.0, np.nan])
    assert found[0] == pytest.approx(285.0, abs=1.0)
    assert np.isnan(found[1:]).all()


def test_decays_of_many_ensembles_are_those_of_each():
    n_x, n_1s, delays_ps = np.array([[0.5], [3.0]]), np.array([0.0, 1.0, 2.0]), [0.0, 5.0, 300.0]
    together = decaying_absorption(delays_ps, n_x, n_1s)
    assert together.shape == (2, 3, 3)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_allclose(
            together[i, j], decaying_absorption(delays_ps, n_x[i, 0], n_1s[j]), atol=1e-9
        )


def test_decay_begins_at_the_counting_model():
    at_zero = decaying_absorption(0.0, 2.5, 0.7)[0]
    assert at_zero == pytest.approx(float(ensemble_absorption(2.5, 0.7)), abs=1e-8)


def test_poisson_shares_have_their_mean():
    shares = poisson_shares([0.0, 3.0], 60)
    np.testing.assert_allclose(shares @ np.arange(61), [0.0, 3.0], atol=1e-12)
    assert shares[0, 0] == 1.0


@given(v_half=st.floats(-1.5, 1.0), width=st.floats(0.01, 0.2), apart=st.floats(0.0, 0.5))
def test_filling_is_half_at_v_half_and_mirror_symmetric(v_half, width, apart):
    assert filling(v_half, v_half, width) == pytest.approx(1.0)
    below, above = filling(v_half - apart, v_half, width), filling(v_half + apart, v_half, width)
    assert below >= above
    assert below + above == pytest.approx(2.0)


def test_filling_far_from_v_half_is_full_or_empty_without_overflow():
    np.testing.assert_allclose(filling([-100.0, 100.0], -1.2, 0.01, g_e=8), [8.0, 0.0], atol=1e-12)


def test_filling_needs_a_width():
    with pytest.raises(ValueError, match="filling width: 0 V is not above 0 V"):
        filling(0.0, -1.2, 0.0)


def test_the_dopants_may_be_spread_otherwise():
    """A mixture of dots with one and with two electrons has none that is neutral."""
    independent = float(gain_lifetime_ps(4.0, 1.5))
    mixed = float(gain_lifetime_ps(4.0, 1.5, dopants="integer"))
    assert abs(mixed - independent) > 10.0
    back_at_zero = float(decaying_absorption(mixed, 4.0, 1.5, dopants="integer")[0])
    assert back_at_zero == pytest.approx(0.0, abs=1e-6)
    assert gain_lifetime_ps(4.0, 0.0, dopants="integer") == gain_lifetime_ps(4.0, 0.0)
