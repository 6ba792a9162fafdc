"""Time zero over wavelength, and traces freed from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from synthetic_run import CAMERA_NM, chirp_ps

from qdlab.analysis import ArtefactTimes, MissingDataError, correct_chirp, find_chirp, fit_chirp

DELAYS_PS = np.round(np.arange(-1.5, 1.51, 0.1), 3)
SHAPES = {"gaussian": lambda x: np.exp(-(x**2) / 2.0), "derivative": lambda x: x * np.exp(0.5 - x**2 / 2.0)}


def scan(shape, seed, *, height=5e-3, common_noise=3e-4):
    random = np.random.default_rng(seed)
    x = (DELAYS_PS[:, None] - chirp_ps(CAMERA_NM)) / 0.15
    bleach = -4e-3 * np.exp(-(((CAMERA_NM - 616.0) / 9.0) ** 2) / 2.0) * ndtr(x)
    own, shared = random.standard_normal(x.shape), random.standard_normal((len(DELAYS_PS), 1))
    return height * SHAPES[shape](x) + bleach + 1e-4 * own + common_noise * shared


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_chirp_is_found_within_its_error(shape):
    nm = np.linspace(490.0, 690.0, 9)
    pulls = []
    for seed in range(4):
        chirp = find_chirp(DELAYS_PS, CAMERA_NM, scan(shape, seed), 3)
        assert chirp.artefact.shape == shape
        assert chirp.artefact.width_ps == pytest.approx(0.15, rel=0.03)
        wrong = chirp.t0_ps(nm) - chirp_ps(nm)
        assert np.abs(wrong).max() < 0.005
        pulls.append(wrong / chirp.error_ps(nm))
    # Four polynomials of four terms: a mean square of 1, which scatters by 0.35.
    assert 0.15 < np.mean(np.square(pulls)) < 2.4


def test_common_noise_far_above_the_artefact_does_not_hide_it():
    chirp = find_chirp(DELAYS_PS, CAMERA_NM, scan("gaussian", 1, common_noise=5e-3), 2)
    assert np.abs(chirp.t0_ps(CAMERA_NM) - chirp_ps(CAMERA_NM)).max() < 0.03


@pytest.mark.parametrize("seed", range(3))
def test_an_artefact_that_is_not_seen_is_told(seed):
    with pytest.raises(MissingDataError, match="no chirp: what happens about time zero does not stand out"):
        find_chirp(DELAYS_PS, CAMERA_NM, 0.003 * scan("gaussian", seed) + noise(seed), 3)


def noise(seed):
    random = np.random.default_rng(100 + seed)
    own = 1e-4 * random.standard_normal((len(DELAYS_PS), CAMERA_NM.size))
    return own + 1e-3 * random.standard_normal((len(DELAYS_PS), 1))


def test_time_zero_of_a_number_is_a_number():
    nm = np.linspace(480.0, 700.0, 12)
    chirp = fit_chirp(ArtefactTimes(nm, chirp_ps(nm), np.full(12, 1e-3), 0.1, "gaussian"), 2)
    assert float(chirp.t0_ps(560.0)) == pytest.approx(chirp_ps(560.0))
    assert float(chirp.error_ps(560.0)) > 0.0
    assert chirp.t0_ps(nm.reshape(3, 4)).shape == (3, 4)


def test_dead_pixels_are_left_out():
    matrix = scan("gaussian", 2)
    matrix[:, 40:50] = np.nan
    chirp = find_chirp(DELAYS_PS, CAMERA_NM, matrix, 3)
    assert np.abs(chirp.t0_ps(CAMERA_NM) - chirp_ps(CAMERA_NM)).max() < 0.02


def test_outliers_do_not_pull_the_polynomial():
    nm = np.linspace(480.0, 700.0, 40)
    times = chirp_ps(nm) + 0.002 * np.random.default_rng(0).standard_normal(40)
    times[[3, 17, 18, 35]] += np.array([0.8, -1.0, 0.5, 2.0])
    chirp = fit_chirp(ArtefactTimes(nm, times, np.full(40, 0.002), 0.1, "gaussian"), 2)
    np.testing.assert_array_equal(np.flatnonzero(~chirp.used), [3, 17, 18, 35])
    assert np.abs(chirp.t0_ps(nm) - chirp_ps(nm)).max() < 0.004
    assert chirp.residual_rms_ps == pytest.approx(0.002, rel=0.4)


def test_too_few_delays_are_told():
    with pytest.raises(MissingDataError, match="no chirp: 6 delays"):
        find_chirp(DELAYS_PS[:6], CAMERA_NM, scan("gaussian", 0)[:6], 3)


def test_too_few_artefact_times_are_told():
    nothing = np.full(5, np.nan)
    with pytest.raises(MissingDataError, match="0 artefact times cannot carry a polynomial of order 3"):
        fit_chirp(ArtefactTimes(np.linspace(500, 600, 5), nothing, nothing, 0.1, "gaussian"), 3)


@settings(deadline=None)
@given(shift=st.floats(-0.9, 0.9))
def test_correction_is_exact_where_traces_are_straight(shift):
    delays = np.array([-6.0, -4.0, -2.0, 2.0, 3.0, 5.0, 9.0, 40.0])
    t0 = np.array([0.0, shift])
    true = np.where(delays > 0.0, 3.0 + 0.5 * delays, 0.25)
    measured = np.where(delays[:, None] > t0, 3.0 + 0.5 * (delays[:, None] - t0), 0.25)
    corrected = correct_chirp(measured, delays, t0, hold_share=0.0)
    np.testing.assert_array_equal(corrected[:, 0], true)
    known = np.isfinite(corrected[:, 1])
    np.testing.assert_allclose(corrected[known, 1], true[known])
    assert known[[1, 4, 5, 6]].all()


def test_outside_the_data_is_nan_and_held_only_for_a_small_share():
    delays, trace = np.array([2.0, 5.0, 1000.0]), np.array([[1.0], [2.0], [3.0]])
    t0 = np.array([-0.5])
    np.testing.assert_array_equal(np.isnan(correct_chirp(trace, delays, t0, 0.0)[:, 0]), [True, False, False])
    held = correct_chirp(trace, delays, np.array([0.5]), 0.01)
    assert held[2, 0] == 3.0
    assert np.isnan(correct_chirp(trace, delays, np.array([0.5]), 0.0001)[2, 0])


def test_nothing_is_interpolated_across_time_zero_between_sparse_points():
    delays, trace = np.array([-3.0, 3.0]), np.array([[0.0], [-1.0]])
    at_one = correct_chirp(trace, delays, np.array([0.0]), 0.2, np.array([-1.0, 1.0]))
    assert np.isnan(at_one).all()


def test_dense_points_are_interpolated_through_time_zero():
    delays = np.round(np.arange(-1.0, 1.01, 0.1), 3)
    corrected = correct_chirp(delays[:, None] * 2.0, delays, np.array([0.25]), 0.0)
    known = np.isfinite(corrected[:, 0])
    assert known[3:18].all()
    np.testing.assert_allclose(corrected[known, 0], 2.0 * (delays[known] + 0.25))


def test_missing_points_stay_missing():
    delays = np.array([2.0, 3.0, 5.0, 9.0])
    trace = np.array([[1.0], [np.nan], [3.0], [4.0]])
    shifted = correct_chirp(trace, delays, np.array([0.1]), 0.2)[:, 0]
    np.testing.assert_array_equal(np.isnan(shifted), [True, True, False, False])
    np.testing.assert_array_equal(correct_chirp(trace, delays, np.array([0.0]), 0.2), trace)
