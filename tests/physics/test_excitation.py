"""From photons to excitons, and quantum yields."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import exp1

from qdlab.physics import depth_factor, excitons_per_dot, late_bleach, late_survival, plqy

SIGMA_CM2 = 3.6e-14


def test_paper_pulse_energy_gives_the_papers_excitation():
    photon_energy_j = 6.62607015e-34 * 299792458.0 / 400e-9
    fluence_cm2 = 0.345e-9 / photon_energy_j
    assert excitons_per_dot(fluence_cm2, SIGMA_CM2) == pytest.approx(2.5e-5, rel=2e-3)


def test_depth_factor_of_the_virtual_sample():
    np.testing.assert_allclose(depth_factor([0.0, 0.16]), [1.0, 0.83648], atol=1e-5)


@given(absorbance=st.floats(0.0, 5.0))
def test_depth_factor_is_the_mean_over_the_depth(absorbance):
    nodes, weights = np.polynomial.legendre.leggauss(60)
    mean = 10.0 ** (-absorbance * (nodes + 1) / 2) @ weights / 2
    assert depth_factor(absorbance) == pytest.approx(mean, rel=1e-12)


@given(fluence_cm2=st.floats(1e11, 1e16), absorbance=st.floats(1e-3, 2.0), s_max=st.floats(1e-3, 1.0))
def test_late_bleach_is_the_closed_form(fluence_cm2, absorbance, s_max):
    a, x = absorbance * np.log(10.0), SIGMA_CM2 * fluence_cm2
    closed = s_max * (1.0 - (exp1(x * np.exp(-a)) - exp1(x)) / a)
    assert late_bleach(fluence_cm2, SIGMA_CM2, s_max, absorbance) == pytest.approx(
        closed, rel=1e-8, abs=1e-12
    )


def test_late_bleach_of_a_clear_film_is_the_plain_saturation():
    fluence_cm2 = np.array([0.0, 1e13, 1e20])
    expected = 0.1 * (1.0 - np.exp(-SIGMA_CM2 * fluence_cm2))
    np.testing.assert_allclose(late_bleach(fluence_cm2, SIGMA_CM2, 0.1, 0.0), expected, rtol=1e-12)


@pytest.mark.parametrize("absorbance", [0.0, 0.1, 0.3])
def test_late_bleach_begins_with_the_mean_excitation(absorbance):
    weak = 1e8
    per_exciton = late_bleach(weak, SIGMA_CM2, 1.0, absorbance)
    mean = excitons_per_dot(weak, SIGMA_CM2, pump_absorbance=absorbance)
    assert per_exciton == pytest.approx(float(mean), rel=1e-5)


def test_reflected_photons_excite_nothing():
    assert excitons_per_dot(1e14, SIGMA_CM2, reflectance=1.0) == 0.0


def test_negative_pump_absorbance_is_refused():
    with pytest.raises(ValueError, match=r"pump absorbance: -0\.1 is outside 0 or more"):
        depth_factor(-0.1)


def test_plqy_of_the_reference_against_itself_is_the_reference():
    assert plqy(7.0, 0.05, 7.0, 0.05, index=1.363) == pytest.approx(0.95)


def test_plqy_grows_with_emission_and_the_square_of_the_index():
    assert plqy(2.0, 0.05, 1.0, 0.05, index=1.5, index_reference=1.5, plqy_reference=0.4) == pytest.approx(
        0.8
    )
    assert plqy(1.0, 0.05, 1.0, 0.05, index=2.0, index_reference=1.0) == pytest.approx(3.8)


def test_plqy_counts_absorbed_light():
    assert plqy(1.0, 1.0, 1.0, 0.01, index=1.363) == pytest.approx(0.95 * (1 - 10**-0.01) / 0.9)


def test_plqy_without_absorption_is_refused():
    with pytest.raises(ValueError, match="absorbs no light"):
        plqy(1.0, 0.0, 1.0, 0.05)


def test_survivors_of_auger_recombination_arrive_late_and_so_live_longer():
    survival = late_survival(2500.0)
    np.testing.assert_array_equal(survival[:2], [0.0, 1.0])
    # A biexciton reaches the single exciton after 1/(k_XX + 4 k_r) on average, and decays from there.
    fast, slow = 1 / 310.0 + 4 / 20_000.0, 1 / 20_000.0
    assert survival[2] == pytest.approx(fast / (fast - slow), rel=1e-3)
    assert np.all(np.diff(survival) > 0.0)


def test_late_bleach_counts_the_survivors_of_each_start():
    survival = np.array([0.0, 1.0, 1.2, 1.3])
    x = 1.7
    poisson = np.exp(-x) * np.array([1.0, x, x**2 / 2])
    expected = poisson @ survival[:3] + survival[3] * (1.0 - poisson.sum())
    assert late_bleach(x / SIGMA_CM2, SIGMA_CM2, 1.0, 0.0, survival) == pytest.approx(expected)


def test_survival_of_one_each_is_the_textbook_form():
    fluence_cm2 = np.geomspace(1e11, 1e15, 7)
    plain = late_bleach(fluence_cm2, SIGMA_CM2, 0.01, 0.16)
    np.testing.assert_allclose(
        late_bleach(fluence_cm2, SIGMA_CM2, 0.01, 0.16, np.array([0.0, 1.0, 1.0, 1.0])), plain
    )
