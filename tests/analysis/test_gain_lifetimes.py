"""Gain lifetimes: exact decays, honest intervals, limits as limits."""

import json

import numpy as np
import pytest
import xarray as xr
from synthetic_run import SyntheticRun

from qdlab.analysis import Choices, MissingDataError, find_gain_lifetimes, reduce, return_times_ps, summary
from qdlab.physics import decaying_absorption, gain_lifetime_ps

DELAYS_PS = np.array([5, 7, 10, 15, 25, 40, 60, 90, 130, 180, 250, 340, 450, 600, 800, 1100, 1500, 2500.0])
POINTS = [(2.0, 0.0), (3.0, 0.0), (9.0, 0.0), (2.0, 1.0), (1.3, 1.9), (9.0, 1.9)]


def dataset(n_x, n_1s, n_repeats=1, *, noise=0.0, common=0.0, random=None, delays_ps=DELAYS_PS):
    """One potential, `n_repeats` fluences that are the same ensemble, in units of A0, off by their errors."""
    level = 1.0 - n_1s / 2.0
    band = np.tile(decaying_absorption(delays_ps, n_x, n_1s) - level, (1, n_repeats, 1))
    if random is not None:
        band = band + noise * random.standard_normal(band.shape)
        band = band + common * random.standard_normal((1, n_repeats, 1))
    outer = ("potential_v", "fluence_cm2")
    transient = xr.Dataset(
        {
            "band": ((*outer, "delay_ps"), band),
            "band_error": ((*outer, "delay_ps"), np.full(band.shape, np.hypot(noise, common))),
            "background_error": (outer, np.full(band.shape[:2], common)),
            "n_x": (outer, np.full(band.shape[:2], n_x)),
        },
        {"potential_v": [-1.0], "fluence_cm2": np.arange(n_repeats) + 1.0, "delay_ps": delays_ps},
    )
    held = xr.Dataset(
        {"level": ("potential_v", [level]), "level_error": ("potential_v", [0.0])}, {"potential_v": [-1.0]}
    )
    return transient, held


@pytest.mark.parametrize(("n_x", "n_1s"), POINTS)
def test_the_return_of_an_exact_decay_is_the_models(n_x, n_1s):
    a_star = decaying_absorption(DELAYS_PS, n_x, n_1s)
    assert return_times_ps(DELAYS_PS, a_star[:, np.newaxis])[0] == pytest.approx(
        float(gain_lifetime_ps(n_x, n_1s)), rel=0.02
    )


def test_delays_count_from_the_bands_time_zero():
    transient, held = dataset(3.0, 0.0)
    late = find_gain_lifetimes(transient.assign_coords(delay_ps=DELAYS_PS + 0.7), held, 0.7, Choices())
    assert float(late["lifetime_ps"][0, 0]) == pytest.approx(float(gain_lifetime_ps(3.0, 0.0)), rel=0.02)


@pytest.mark.parametrize(("n_x", "n_1s"), [(3.0, 0.0), (1.3, 1.9)])
def test_intervals_cover_the_truth_as_often_as_they_say_and_the_value_is_not_biased(n_x, n_1s):
    n_runs = 250
    given = dataset(n_x, n_1s, n_runs, noise=0.01, common=0.005, random=np.random.default_rng(8))
    found = find_gain_lifetimes(*given, 0.0, Choices(n_bootstrap=300))
    # The truth of this test is what exact data give on the same delays.
    true = return_times_ps(DELAYS_PS, decaying_absorption(DELAYS_PS, n_x, n_1s)[:, np.newaxis])[0]
    assert set(found["censored"].to_numpy().ravel()) == {""}
    inside68 = (found["lifetime_low_ps"] <= true) & (true <= found["lifetime_high_ps"])
    inside95 = (found["lifetime_low95_ps"] <= true) & (true <= found["lifetime_high95_ps"])
    # Three standard deviations of a binomial with 250 draws; bias below three errors of the mean.
    assert float(inside68.mean()) == pytest.approx(0.68, abs=3 * np.sqrt(0.68 * 0.32 / n_runs))
    assert float(inside95.mean()) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / n_runs))
    off = np.log(found["lifetime_ps"] / true)
    assert abs(float(off.mean())) < 3.0 * float(off.std()) / np.sqrt(n_runs)


def test_noise_common_to_all_delays_is_not_averaged_away():
    widths = []
    for noise, common in ((0.01, 0.0), (0.0, 0.01), (0.01, 0.01)):
        found = find_gain_lifetimes(*dataset(3.0, 0.0, noise=noise, common=common), 0.0, Choices())
        widths.append(float((found["lifetime_high_ps"] - found["lifetime_low_ps"])[0, 0]))
    assert widths[1] > widths[0]
    assert widths[2] == pytest.approx(np.hypot(widths[0], widths[1]), rel=0.15)


@pytest.mark.parametrize(
    ("n_x", "n_1s", "delays_ps", "censored"),
    [
        (0.5, 0.0, DELAYS_PS, "none"),
        (9.0, 1.9, DELAYS_PS[:12], "above"),
        (4.0, 2.0, DELAYS_PS, "above"),
        (1.56, 0.0, DELAYS_PS, "below"),
    ],
)
def test_what_is_not_seen_to_return_is_a_limit(n_x, n_1s, delays_ps, censored):
    given = dataset(n_x, n_1s, noise=0.004, common=0.002, delays_ps=delays_ps)
    row = find_gain_lifetimes(*given, 0.0, Choices()).isel(potential_v=0, fluence_cm2=0)
    assert str(row["censored"].item()) == censored
    true = float(gain_lifetime_ps(n_x, n_1s))
    if censored == "above":
        assert float(row["lifetime_ps"]) == delays_ps[-1] < true
        assert np.isinf(row["lifetime_high_ps"])
    else:
        assert float(row["lifetime_low_ps"]) == 0.0
        assert true <= float(row["lifetime_high95_ps"])


def test_a_film_about_transparent_from_beginning_to_end_is_unresolved():
    row = find_gain_lifetimes(*dataset(0.0, 2.0, noise=0.01), 0.0, Choices())
    assert str(row["censored"].item()) == "unresolved"
    assert np.isnan(row["lifetime_ps"]).all()


def test_delays_that_were_not_measured_are_left_out():
    transient, held = dataset(3.0, 0.0)
    transient["band"][0, 0, [3, 8]] = np.nan
    found = find_gain_lifetimes(transient, held, 0.0, Choices())
    assert float(found["lifetime_ps"][0, 0]) == pytest.approx(float(gain_lifetime_ps(3.0, 0.0)), rel=0.02)
    transient["band"][0, 0, 1:] = np.nan
    assert str(find_gain_lifetimes(transient, held, 0.0, Choices())["censored"].item()) == "unresolved"


def test_too_few_delays_are_told():
    transient, held = dataset(3.0, 0.0)
    with pytest.raises(MissingDataError, match="it takes two delays"):
        find_gain_lifetimes(transient.isel(delay_ps=[0]), held, 0.0, Choices())
    with pytest.raises(MissingDataError, match="the level A0"):
        find_gain_lifetimes(transient, held.drop_vars("level"), 0.0, Choices())


def test_a_run_gives_the_lifetimes_of_its_film():
    delays = np.concatenate([[-5.0, -4.0, -3.0], DELAYS_PS])
    run = SyntheticRun(
        seed=6, potentials_v=(-0.3, -1.2), delays_ps=delays, n_x=np.array([0.4, 1.2, 2.4, 4.5])
    )
    reduction = reduce(run.tree())
    found = reduction.gain_lifetimes
    assert found["censored"].to_numpy().tolist()[0][:2] == ["none", "none"]
    for i, j in ((0, 2), (0, 3), (1, 1), (1, 2), (1, 3)):
        row = found.isel(potential_v=i, fluence_cm2=j)
        true = float(gain_lifetime_ps(run.n_x[j], run.n_1s[i]))
        half = float(row["lifetime_high_ps"] - row["lifetime_low_ps"]) / 2.0
        # Beside the counts: the interpolation (2 %), and 0.2 % in fluence, which counts most near threshold.
        slope = float(gain_lifetime_ps(run.n_x[j] * 1.006, run.n_1s[i])) - true
        assert float(row["lifetime_ps"]) == pytest.approx(true, abs=4.0 * half + 0.02 * true + slope)
    rows = summary(reduction)["gain_lifetimes"]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert [row["potential_v"] for row in rows] == [-0.3, -1.2]
    assert rows[1]["lifetime_ps"] == found["lifetime_ps"].to_numpy()[1].tolist()
