"""Filling fits, the way and the cycles of a sweep, and potentials against Fc/Fc+."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import FIBRE_NM, SyntheticRun, absorbance

from qdlab.analysis import (
    Choices,
    MissingDataError,
    ReferenceElectrode,
    band_weights,
    fit_fermi,
    fit_repelling,
    follow,
    reversibility,
)
from qdlab.analysis.charging import Spectrometer, charged, relative_pl
from qdlab.physics import BOLTZMANN_V_K, charging_shares, filling

KT_V = BOLTZMANN_V_K * 298.0
VOLTS = np.linspace(-1.5, -0.9, 13)


def test_repelling_electrons_look_like_a_wider_fermi_step():
    for u_kt, width in ((0.0, 1.0), (2.0, 1.5), (4.0, 2.1)):  # physics.md section 6
        n_1s = charging_shares(VOLTS, -1.2, u_kt, KT_V) @ np.arange(3.0)
        fermi = fit_fermi(VOLTS, n_1s, np.full(VOLTS.size, 0.01), "points")
        assert fermi.width_v / KT_V == pytest.approx(width, abs=0.06)


def test_the_fit_finds_the_repulsion_and_its_error():
    random, pulls = np.random.default_rng(1), []
    for _ in range(60):
        n_1s = charging_shares(VOLTS, -1.2, 2.5, KT_V) @ np.arange(3.0)
        noisy = n_1s + 0.02 * random.standard_normal(VOLTS.size)
        fit = fit_repelling(VOLTS, noisy, np.full(VOLTS.size, 0.02), "points", temperature_k=298.0)
        pulls.append((fit.u_kt - 2.5) / fit.errors[1])
        pulls.append((fit.v_first_v + 1.2) / fit.errors[0])
    # Errors are enlarged where chi2 is above its mean and never reduced, so below 1 on average.
    assert 0.4 < np.square(pulls).mean() < 1.4


def test_shares_are_binomial_in_a_fermi_step_and_know_their_error():
    random, found = np.random.default_rng(2), []
    for _ in range(80):
        n_1s = filling(VOLTS, -1.2, 0.045) + 0.02 * random.standard_normal(VOLTS.size)
        fit = fit_fermi(VOLTS, n_1s, np.full(VOLTS.size, 0.02), "points")
        found.append((fit.shares([-1.2, 0.0, -2.0]), fit.shares_error([-1.2, -1.15, -1.25])))
    shares = np.array([share for share, _ in found])
    np.testing.assert_allclose(shares[:, 0].mean(axis=0), [0.25, 0.5, 0.25], atol=0.01)
    np.testing.assert_allclose(shares[:, 1].mean(axis=0), [1.0, 0.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(shares[:, 2].mean(axis=0), [0.0, 0.0, 1.0], atol=1e-6)
    errors = np.array([error for _, error in found])
    assert errors[:, 0, 0].mean() == pytest.approx(shares[:, 0, 0].std(), rel=0.3)


@pytest.mark.parametrize(
    ("volts", "n_1s"),
    [
        ([-0.3, -0.4, -1.9], [0.0, 0.0, 2.0]),  # none on the step
        (
            [-0.3, -1.193, -1.467, -0.3],
            [-0.004, 0.923, 2.002, 0.006],
        ),  # one, which tells of a width at a place
    ],
)
def test_points_that_tell_nothing_of_the_width_are_no_fit(volts, n_1s):
    with pytest.raises(MissingDataError, match="no Fermi fit to the points: "):
        fit_fermi(np.array(volts), np.array(n_1s), np.full(len(volts), 0.0075), "points")


def sawtooth(n_cycles: int, start_v: float, vertex_v: float, n_steps: int) -> np.ndarray:
    half = np.linspace(start_v, vertex_v, n_steps)
    return np.concatenate([half, *([half[-2::-1], half[1:]] * n_cycles)[: 2 * n_cycles - 1]])


@given(
    st.integers(1, 4),
    st.sampled_from([(-0.3, -1.5), (0.0, -1.2), (-1.5, 0.0), (0.4, 1.0)]),
    st.integers(8, 40),
    st.integers(0, 2**32 - 1),
)
def test_way_and_cycle_of_a_noisy_sweep(n_cycles, ends, n_steps, seed):
    volts = sawtooth(n_cycles, *ends, n_steps)
    noise_v = 0.004 * np.random.default_rng(seed).standard_normal(volts.size)
    way, cycle = follow(volts + noise_v)
    assert cycle.max() == n_cycles
    assert way[0] == np.sign(ends[1] - ends[0])
    steps = np.sign(np.diff(volts))
    # Only a spectrum right at a turning point may be counted to the other way.
    assert (way[1:] != steps).sum() <= 2 * n_cycles
    assert np.all(np.diff(cycle) >= 0)


@pytest.mark.parametrize("volts", [[], [0.0], [0.0, 0.0, 0.0], [np.nan, np.nan]])
def test_a_potential_that_goes_nowhere_is_one_cycle(volts):
    way, cycle = follow(np.array(volts))
    assert (cycle == 1).all()
    assert way.size == len(volts)


def test_lost_points_keep_the_way_of_those_before():
    volts = sawtooth(2, 0.0, -1.2, 12)
    volts[5:8] = np.nan
    way, cycle = follow(volts)
    assert (way[:12] == -1).all()
    assert cycle.max() == 2


@pytest.mark.parametrize("g_e", [2, 8])
def test_reversibility_tells_what_each_cycle_left_and_the_lag(g_e):
    volts = sawtooth(2, -0.3, -1.6, 27)
    way, cycle = follow(volts)
    n_1s = filling(volts, np.where(way < 0, -1.22, -1.18), 0.045, g_e)
    n_1s[cycle == 2] *= 0.9
    sweep = xr.Dataset(
        {
            "n_1s": ("cv_step", n_1s),
            "n_1s_error": ("cv_step", np.full(volts.size, 0.01)),
            "measured_potential_v": ("cv_step", volts),
            "scan": ("cv_step", way),
            "cycle": ("cv_step", cycle),
        }
    )
    time_s = np.arange(volts.size, dtype=float)
    current = np.where(way < 0, -2e-6, 1e-6)
    voltammogram = xr.Dataset(
        {"time_s": ("sample", time_s), "potential_v": ("sample", volts), "current_a": ("sample", current)}
    )
    found = reversibility(sweep, voltammogram, g_e)
    np.testing.assert_allclose(found["n_most"], [g_e, 0.9 * g_e], rtol=0.01)
    np.testing.assert_allclose(found["n_left"], [0.0, 0.0], atol=0.01)
    np.testing.assert_allclose(found["v_half_falling_v"][0], -1.22, atol=0.002)
    np.testing.assert_allclose(found["v_half_rising_v"][0], -1.18, atol=0.002)
    np.testing.assert_allclose(found["charge_in_c"] / found["charge_out_c"], 2.0, rtol=0.1)
    assert "pl_least" not in found


def test_ag_to_ferrocene_at_exactly_zero_volts_too():
    silver = ReferenceElectrode("Ag", -0.47)
    np.testing.assert_allclose(silver.against_ferrocene_v([-0.30, 0.0, -1.5]), [-0.77, -0.47, -1.97])
    ferrocene = ReferenceElectrode("Fc/Fc+", 0.0)
    assert ferrocene.known
    assert ferrocene.against_ferrocene_v(0.0) == 0.0
    assert not ReferenceElectrode("Ag").known


def test_dA_may_refer_to_a_potential_of_exactly_zero_volts_first_in_time_and_order():  # noqa: N802
    run = SyntheticRun(potentials_v=(0.0, -0.3, -0.6), v_half_v=-0.3, n_x=np.array([1.0]), n_shots=2)
    tree = run.tree()
    band = band_weights(FIBRE_NM, Choices().band_nm)
    whole = absorbance(FIBRE_NM, 0.0) @ band
    for reference_v, expected in ((None, -run.n_1s / 2.0), (0.0, (run.n_1s[0] - run.n_1s) / 2.0),
                                  (-0.3, (run.n_1s[1] - run.n_1s) / 2.0)):  # fmt: skip
        spectrometer = Spectrometer.of(tree, Choices(sec_reference_v=reference_v))
        da_sec = charged(tree, "held_absorption", spectrometer)["da_sec"].to_numpy() @ band
        np.testing.assert_allclose(da_sec / whole, expected, atol=0.01)


def test_a_reference_potential_that_was_not_held_is_told():
    tree = SyntheticRun(potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2).tree()
    spectrometer = Spectrometer.of(tree, Choices(sec_reference_v=0.0))
    with pytest.raises(MissingDataError, match="0 V, which it refers to, was not held"):
        charged(tree, "held_absorption", spectrometer)


def test_pl_knows_its_error_and_a_full_pixel_is_not_taken_for_light():
    pulls = []
    for seed in range(30):
        run = SyntheticRun(seed=seed, potentials_v=(-0.3, -1.2), n_x=np.array([1.0]), n_shots=2, n_scans=20)
        pl = relative_pl(run.tree(), "held_pl", Choices())
        true = 10.0 ** (-0.5 * run.n_1s)
        pulls.append((pl["pl"] - true) / pl["pl_error"])
    assert np.square(pulls).mean() == pytest.approx(1.05, rel=0.5)
    tree = run.tree()
    tree["held_pl"]["counts"][0, 0, 250] = 60_000
    assert np.isnan(relative_pl(tree, "held_pl", Choices())["pl"].to_numpy()).tolist() == [True, False]
