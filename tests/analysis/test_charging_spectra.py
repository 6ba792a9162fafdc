"""Fibre spectra: A0, the 1S level, the line and how it bleaches."""

import numpy as np
import pytest
import xarray as xr
from synthetic_run import FIBRE_NM, LINE_MOD, SyntheticRun, absorbance

from qdlab.analysis import (
    Choices,
    MissingDataError,
    band_weights,
    fit_fermi,
    fit_lines,
    injected_electrons,
    line_amplitudes,
)
from qdlab.analysis.charging import Spectrometer, charged, electrons_covariance, ground_state, levels
from qdlab.physics import filling

CHOICES = Choices()


def spectrometer(tree):
    return Spectrometer.of(tree, CHOICES)


def test_a0_is_the_film_against_the_blank_whatever_the_lamp_does():
    pulls = []
    for seed in range(8):
        tree = SyntheticRun(seed=seed, potentials_v=(-0.3,), n_x=np.array([1.0]), n_shots=2).tree()
        ground = ground_state(tree, spectrometer(tree))
        window = (FIBRE_NM > 560.0) & (FIBRE_NM < 660.0)
        pulls.append(((ground["a0"] - absorbance(FIBRE_NM, 0.0)) / ground["a0_error"])[window])
    # Pixels of one spectrum share the noise of its quiet window, hence the width of the limits.
    assert np.square(pulls).mean() == pytest.approx(1.05, rel=0.25)


def test_level_is_the_held_film_against_the_blank_and_knows_its_error():
    band = band_weights(FIBRE_NM, CHOICES.band_nm)
    pulls = []
    for seed in range(40):
        run = SyntheticRun(seed=seed, potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2, n_scans=20)
        tree = run.tree()
        level = levels(tree, spectrometer(tree))
        true = [absorbance(FIBRE_NM, n) @ band for n in run.n_1s]
        pulls.append((level["level"] - true) / level["level_error"])
    # 80 pulls of Student's t with about 38 degrees of freedom.
    assert np.square(pulls).mean() == pytest.approx(1.05, rel=0.5)


def test_a_full_pixel_is_unknown_and_nothing_else():
    tree = SyntheticRun(potentials_v=(-0.3,), n_x=np.array([1.0]), n_shots=2).tree()
    tree["film"]["counts"][3, 100] = 60_000
    a0 = ground_state(tree, spectrometer(tree))["a0"]
    assert np.flatnonzero(np.isnan(a0)).tolist() == [100]


def test_pixels_that_see_no_light_do_not_spoil_the_level():
    tree = SyntheticRun(potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2).tree()
    before = levels(tree, spectrometer(tree))["level"].to_numpy()
    for name in ("spectrometer_dark", "blank", "film", "held_absorption"):
        tree[name]["counts"][..., :3] = 100
    assert np.isfinite(before).all()
    np.testing.assert_array_equal(levels(tree, spectrometer(tree))["level"], before)


def test_a_potential_of_exactly_zero_volts_is_one_like_any_other():
    tree = SyntheticRun(potentials_v=(0.9, 0.0, -0.3), v_half_v=0.0, n_x=np.array([1.0]), n_shots=2).tree()
    held = charged(tree, "held_absorption", spectrometer(tree))
    half = held["da_sec"].isel(potential_v=1).to_numpy() @ band_weights(FIBRE_NM, CHOICES.band_nm)
    full = absorbance(FIBRE_NM, 0.0) @ band_weights(FIBRE_NM, CHOICES.band_nm)
    assert half == pytest.approx(-0.5 * full, rel=0.01)


def test_a_potential_that_was_not_held_is_nan():
    tree = SyntheticRun(potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2).tree()
    tree["held_absorption"]["done"][1] = False
    held = charged(tree, "held_absorption", spectrometer(tree))
    assert np.isnan(held["da_sec"][1]).all()
    np.testing.assert_array_equal(np.isnan(levels(tree, spectrometer(tree))["level"]), [False, True])


@pytest.mark.parametrize(("first", "second"), [("film", "film"), ("film", "blank"), ("blank", "blank")])
def test_a_film_that_does_not_absorb_has_no_level_rather_than_transparency(first, second):
    """Somebody forgot to exchange the bare substrate and the film, or took one for the other."""
    tree = SyntheticRun(potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2).tree()
    streams = {name: tree[name].copy() for name in ("film", "blank")}
    tree["blank"], tree["film"] = streams[first], streams[second]
    with pytest.raises(MissingDataError, match=r"A0 of the film is .* was the bare substrate in the beam"):
        levels(tree, spectrometer(tree))


def noisy_a0(seed, sigma=2e-4):
    return absorbance(FIBRE_NM, 0.0) + sigma * np.random.default_rng(seed).standard_normal(FIBRE_NM.size)


def test_line_of_a0_is_found():
    lines = fit_lines(FIBRE_NM, noisy_a0(0), CHOICES)
    assert lines.first.centre_nm == pytest.approx(616.0, abs=0.1)
    assert lines.first.width_nm == pytest.approx(9.0, abs=0.1)
    assert lines.first.amplitude == pytest.approx(1e-3 * LINE_MOD, abs=5 * lines.amplitude_error)
    assert lines.second.centre_nm == pytest.approx(580.0, abs=0.1)


@pytest.mark.parametrize("n_1s", [0.0, 0.02, 1.0, 2.0])
def test_injected_electrons_are_unbiased_down_to_none(n_1s):
    random = np.random.default_rng(3)
    lines = fit_lines(FIBRE_NM, noisy_a0(0, 1e-6), CHOICES)
    bleach = absorbance(FIBRE_NM, n_1s) - absorbance(FIBRE_NM, 0.0)
    spectra = bleach + 5e-4 * random.standard_normal((300, FIBRE_NM.size))
    found, error = injected_electrons(*line_amplitudes(FIBRE_NM, spectra, lines), lines)
    assert abs(found.mean() - n_1s) < 4.0 * found.std() / np.sqrt(300)
    assert error.mean() == pytest.approx(found.std(), rel=0.2)


def test_a_small_shift_on_charging_leaves_the_electrons_alone():
    lines = fit_lines(FIBRE_NM, noisy_a0(0, 1e-6), CHOICES)
    red = np.interp(FIBRE_NM - 1.0, FIBRE_NM, absorbance(FIBRE_NM, 1.0)) - absorbance(FIBRE_NM, 0.0)
    found, _ = injected_electrons(*line_amplitudes(FIBRE_NM, red, lines), lines)
    assert found == pytest.approx(1.0, abs=0.02)


def test_no_line_is_told():
    flat = 1e-4 * np.random.default_rng(0).standard_normal(FIBRE_NM.size)
    with pytest.raises(MissingDataError, match="no 1S line"):
        fit_lines(FIBRE_NM, flat, CHOICES)


def test_too_few_pixels_for_a_line_are_told():
    with pytest.raises(MissingDataError, match="no 1S line: 0 pixels"):
        fit_lines(FIBRE_NM - 300.0, noisy_a0(0), CHOICES)


def test_fermi_fit_knows_its_errors():
    volts, random = np.array([-0.3, -1.1, -1.16, -1.24, -1.5]), np.random.default_rng(5)
    pulls = []
    for _ in range(100):
        n_1s = filling(volts, -1.2, 0.045) + 0.02 * random.standard_normal(volts.size)
        fermi = fit_fermi(volts, n_1s, np.full(volts.size, 0.02), "held potentials")
        pulls.append((fermi.v_half_v + 1.2) / fermi.v_half_error_v)
        pulls.append((fermi.width_v - 0.045) / fermi.width_error_v)
    # The errors are enlarged where chi2 is above its mean and never reduced, so below 1 on average.
    assert 0.4 < np.square(pulls).mean() < 1.3


def test_held_films_that_share_a0_give_a_fermi_step_that_knows_its_errors():
    volts, random = np.array([-0.3, -1.15, -1.19, -1.22, -1.25, -1.5]), np.random.default_rng(7)
    true = np.stack([absorbance(FIBRE_NM, n_1s) for n_1s in filling(volts, -1.2, 0.045)])
    found, told, pulls, pulls_alone = [], [], [], []
    for _ in range(150):
        blank, film = 1e-4 * random.standard_normal((2, FIBRE_NM.size))
        held = true + 1e-4 * random.standard_normal(true.shape)
        lines = fit_lines(FIBRE_NM, absorbance(FIBRE_NM, 0.0) + film - blank, CHOICES)
        bleach = held - absorbance(FIBRE_NM, 0.0) - film
        n_1s, error = injected_electrons(*line_amplitudes(FIBRE_NM, bleach, lines), lines)
        covariance = electrons_covariance(n_1s, error, lines)
        fermi, alone = (fit_fermi(volts, n_1s, those, "held potentials") for those in (covariance, error))
        pulls.append((fermi.v_half_v + 1.2) / fermi.v_half_error_v)
        pulls_alone.append((alone.v_half_v + 1.2) / alone.v_half_error_v)
        found.append(n_1s)
        told.append(covariance)
    shared, expected = np.corrcoef(np.transpose(found)), np.mean(told, axis=0)
    errors = np.sqrt(np.diag(expected))
    assert np.diag(np.cov(np.transpose(found))) == pytest.approx(errors**2, rel=0.4)
    # 150 samples know a coefficient of correlation to 0.08.
    np.testing.assert_allclose(shared, expected / np.outer(errors, errors), atol=0.3)
    assert 0.75 < np.square(pulls).mean() < 1.3
    assert np.square(pulls_alone).mean() > 1.1 * np.square(pulls).mean()


def test_points_that_share_all_their_error_can_be_fitted():
    volts = np.linspace(-1.4, -1.0, 9)
    n_1s = filling(volts, -1.2, 0.045)
    shared = np.outer(n_1s, n_1s) * 0.03**2  # as of a film far thicker than its noise: rank 1
    fermi = fit_fermi(volts, n_1s, shared, "held potentials")
    assert fermi.v_half_v == pytest.approx(-1.2, abs=1e-6)
    assert 0.0 < fermi.v_half_error_v < 0.03 * 2.0 * 0.045  # the full dots tell what is shared


def test_a_filling_that_stays_below_half_is_told():
    volts = np.array([-0.3, -1.0, -1.1])
    with pytest.raises(MissingDataError, match="the 3 held potentials do not pass through half filling"):
        fit_fermi(volts, filling(volts, -1.2, 0.045), np.full(3, 0.01), "held potentials")


def test_no_quiet_pixels_are_told():
    tree = SyntheticRun(potentials_v=(-0.3,), n_x=np.array([1.0]), n_shots=2).tree()
    far = Spectrometer.of(tree, Choices(quiet_nm=(900.0, 950.0)))
    with pytest.raises(MissingDataError, match="no pixel lies in the quiet window 900-950 nm"):
        ground_state(tree, far)


def test_a_stream_that_is_not_there_is_told():
    with pytest.raises(MissingDataError, match="the file has no stream 'spectrometer_dark'"):
        spectrometer(xr.DataTree())
