"""The biexciton's lifetime from the decays of the neutral film."""

from dataclasses import replace

import numpy as np
import pytest

from qdlab.analysis import Choices, Decays, MissingDataError, fit_biexciton
from qdlab.analysis.excitation._biexciton import _apart
from qdlab.physics import decaying_absorption, depth_factor

N_X = np.array([0.1, 0.4, 0.8, 1.6, 3.0, 6.0])
DELAYS_PS = np.array([4.0, 10.0, 30.0, 70.0, 150.0, 300.0, 600.0, 1000.0, 2000.0, 2500.0])
CHOICES = Choices()


def decays(seed=None, *, tau_xx_ps=250.0, pump_absorbance=0.2, noise=0.004, background=0.003, **material):
    nodes, weights = np.polynomial.legendre.leggauss(12)
    profile = 10.0 ** (-pump_absorbance * (nodes + 1.0) / 2.0) / depth_factor(pump_absorbance)

    def bleach(n_x):
        slices = [
            1.0 - decaying_absorption(DELAYS_PS, n_x * share, 0.0, tau_xx_ps=tau_xx_ps, **material)
            for share in profile
        ]
        return np.array(slices).T @ weights / 2.0

    values = np.array([bleach(n_x) for n_x in N_X])
    if seed is not None:
        random = np.random.default_rng(seed)
        values += noise * random.standard_normal(values.shape)
        values += background * random.standard_normal((N_X.size, 1))
    errors = np.full(values.shape, noise)
    common = np.full(N_X.size, background)
    return Decays(DELAYS_PS, N_X, values, errors, common, 1e-3 * N_X, 0.01, pump_absorbance)


def test_the_lifetime_of_exact_decays_is_theirs():
    found = fit_biexciton(decays(), CHOICES)
    assert found.tau_xx_ps == pytest.approx(250.0, rel=2e-3)
    assert found.tau_r_ps == pytest.approx(20_000.0, rel=0.02)


def test_the_lifetime_scatters_as_its_error_says():
    found = [fit_biexciton(replace(decays(seed), scale_error=0.0), CHOICES) for seed in range(30)]
    pulls = np.array([(one.tau_xx_ps - 250.0) / one.tau_xx_error_ps for one in found])
    assert abs(pulls.mean()) < 3.0 / np.sqrt(30)
    assert 0.65 < pulls.std() < 1.4


def test_a_film_that_does_not_bleach_has_no_biexciton_lifetime():
    dark = decays()
    with pytest.raises(MissingDataError, match="the decay does not show Auger recombination enough"):
        fit_biexciton(replace(dark, bleach=np.zeros_like(dark.bleach)), CHOICES)


def test_an_error_of_the_excitation_is_carried_to_the_lifetime():
    sure, unsure = (fit_biexciton(replace(decays(), scale_error=e), CHOICES) for e in (0.0, 0.05))
    wrong = decays()
    off = fit_biexciton(replace(wrong, n_x=1.05 * wrong.n_x), CHOICES)
    by_scale = np.sqrt(unsure.tau_xx_error_ps**2 - sure.tau_xx_error_ps**2)
    assert by_scale == pytest.approx(abs(off.tau_xx_ps - sure.tau_xx_ps), rel=0.25)


def test_another_material_is_a_parameter():
    found = fit_biexciton(decays(g_e=2, g_h=2), Choices(g_h=2))
    assert found.tau_xx_ps == pytest.approx(250.0, rel=5e-3)


def test_points_that_were_not_measured_are_left_out():
    whole = decays()
    bleach = whole.bleach.copy()
    bleach[2, 3] = bleach[4] = np.nan
    n_x = np.where(np.arange(N_X.size) == 1, np.nan, N_X)
    found = fit_biexciton(replace(whole, bleach=bleach, n_x=n_x), CHOICES)
    assert found.tau_xx_ps == pytest.approx(250.0, rel=5e-3)


def test_a_decay_too_short_or_too_weak_is_told():
    short = decays()
    few = replace(short, delays_ps=DELAYS_PS[:3], bleach=short.bleach[:, :3], error=short.error[:, :3])
    with pytest.raises(MissingDataError, match="18 points of the decay are too few"):
        fit_biexciton(few, CHOICES)
    weak = decays(0, noise=0.5)
    with pytest.raises(MissingDataError, match="no biexciton lifetime"):
        fit_biexciton(weak, CHOICES)


def test_points_set_apart_are_independent_with_errors_of_one():
    random = np.random.default_rng(3)
    error, shared = random.uniform(0.5, 2.0, 7), random.standard_normal((7, 2))
    apart = _apart(error, shared)(np.eye(7))
    covariance = np.diag(error**2) + shared @ shared.T
    np.testing.assert_allclose(apart @ covariance @ apart.T, np.eye(7), atol=1e-12)
    np.testing.assert_allclose(_apart(error, shared)(error), apart @ error)
