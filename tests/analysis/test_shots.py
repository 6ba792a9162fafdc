"""From shots to dA: pairing, noise common to all pixels, errors that mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdlab.analysis import Camera, Windows, pair_up, pairs_to_da

N_PX = 64
DARK = np.full(N_PX, 300.0, dtype=np.float32)
QUIET = np.arange(N_PX) >= 48
BAND = np.where(np.arange(N_PX) < 16, 1.0 / 16.0, 0.0).astype(np.float32)


def shots_with(da, n_shots=40, seed=0, pulse_noise=0.01, pixel_noise=30.0):
    random = np.random.default_rng(seed)
    on = np.arange(n_shots) % 2 == 0
    pulse = 1.0 + pulse_noise * random.standard_normal((n_shots, 1))
    light = 20_000.0 * pulse * 10.0 ** -(on[:, None] * da)
    counts = 300.0 + light + pixel_noise * random.standard_normal(light.shape)
    return counts.round().astype(np.uint16), on, np.arange(n_shots, dtype=np.uint64)


def reduced(shots, on, sequence, **changes):
    options = {"dark": DARK, "quiet": QUIET, "saturation_counts": 60_000.0, **changes}
    windows = Windows.of(options.pop("band", BAND), options.pop("bins", None))
    reference = options.pop("reference", None)
    return pairs_to_da(shots, on, sequence, Camera(windows=windows, **options), reference=reference)


def test_kernel_is_the_plain_formula_in_double_precision():
    shots, on, sequence = shots_with(np.linspace(0.0, 0.02, N_PX) * ~QUIET)
    light = shots.astype(np.float64) - 300.0
    pairs = np.log10(light[~on] / light[on])
    pairs -= pairs[:, QUIET].mean(axis=1, keepdims=True)
    point = reduced(shots, on, sequence)
    np.testing.assert_allclose(point.delta_a, pairs.mean(axis=0), atol=1e-7)
    np.testing.assert_allclose(point.error, pairs.std(axis=0, ddof=1) / np.sqrt(20), rtol=1e-3)
    in_band = pairs[:, :16].mean(axis=1)
    assert point.band == pytest.approx(in_band.mean(), abs=1e-7)
    assert point.band_error == pytest.approx(in_band.std(ddof=1) / np.sqrt(20), rel=1e-3)
    assert (point.n_pairs, point.n_rejected) == (20, 0)


def test_a_reference_takes_the_noise_of_pulses_off_where_no_pixel_is_quiet():
    random, n_shots, true = np.random.default_rng(4), 400, 0.004
    on, sequence = np.arange(n_shots) % 2 == 0, np.arange(n_shots, dtype=np.uint64)
    pulse = 1.0 + 0.02 * random.standard_normal(n_shots)
    light = 20_000.0 * pulse[:, np.newaxis] * 10.0 ** -(on[:, np.newaxis] * np.full(N_PX, true))
    shots = (300.0 + light + 30.0 * random.standard_normal(light.shape)).round().astype(np.uint16)
    reference = (1e6 * pulse).astype(np.float32)
    without = reduced(shots, on, sequence, quiet=None)
    point = reduced(shots, on, sequence, quiet=None, reference=reference)
    assert point.band_error < 0.05 * without.band_error
    assert point.band == pytest.approx(true, abs=4.0 * point.band_error)
    reference[10] = 0.0
    assert reduced(shots, on, sequence, quiet=None, reference=reference).n_rejected == 2


def plainly(shots, on, sequence, good, windows):
    """The same in double precision, all at once: pairs' dA without common noise, and their averages."""
    pumped, unpumped = pair_up(on, sequence, good)
    light = shots.astype(np.float64) - DARK
    pairs = np.log10(light[unpumped] / light[pumped])
    pairs -= pairs[:, QUIET].mean(axis=1, keepdims=True)
    return pairs, pairs @ windows


@pytest.mark.parametrize("n_pairs", [2, 7, 8, 63, 64, 65, 200])
@pytest.mark.parametrize("lost", [(), (5,), (3, 100, 101, 250)], ids=["whole", "one lost", "many lost"])
def test_blocks_give_what_all_pairs_at_once_give(n_pairs, lost):
    shots, on, sequence = shots_with(np.linspace(0.3, -0.3, N_PX) * ~QUIET, n_shots=2 * n_pairs + len(lost))
    kept = np.isin(sequence, lost, invert=True)
    shots, on, sequence = shots[kept], on[kept], sequence[kept]
    bins = np.eye(N_PX, 3, dtype=np.float32)
    pairs, averages = plainly(shots, on, sequence, np.ones(len(on), dtype=bool), bins)
    point = reduced(shots, on, sequence, bins=bins)
    root = np.sqrt(len(pairs))
    np.testing.assert_allclose(point.delta_a, pairs.mean(axis=0), atol=2e-7)
    np.testing.assert_allclose(point.error, pairs.std(axis=0, ddof=1) / root, rtol=1e-3)
    np.testing.assert_allclose(point.bins, averages.mean(axis=0), atol=2e-7)
    np.testing.assert_allclose(point.bins_error, averages.std(axis=0, ddof=1) / root, rtol=1e-3)
    assert point.n_pairs == len(pairs)


def test_errors_are_exact_where_da_is_large_and_the_scatter_small():
    shots, on, sequence = shots_with(np.full(N_PX, 0.25) * ~QUIET, n_shots=2000, pixel_noise=1.0)
    pairs, _ = plainly(shots, on, sequence, np.ones(2000, dtype=bool), BAND)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(1000)
    np.testing.assert_allclose(reduced(shots, on, sequence).error, error, rtol=1e-3)


def test_a_pixel_unlit_only_in_a_rejected_shot_is_kept():
    shots, on, sequence = shots_with(np.zeros(N_PX))
    shots[6] = 290
    shots[:, 9] = 290
    point = reduced(shots, on, sequence)
    assert np.flatnonzero(np.isnan(point.delta_a)).tolist() == [9]


def test_a_useless_pixel_does_not_hide_how_bright_a_shot_is():
    shots, on, sequence = shots_with(np.zeros(N_PX))
    wide = np.repeat(shots, 4, axis=1)  # so wide that not every pixel is looked at for brightness
    dark = np.repeat(DARK, 4)
    dark[::2] = np.nan
    options = {"dark": dark, "quiet": np.repeat(QUIET, 4), "band": np.repeat(BAND, 4) / 4}
    assert reduced(wide, on, sequence, **options).n_pairs == 20


def test_a_bleach_is_negative_whichever_shot_of_a_pair_comes_first():
    bleach = np.where(QUIET, 0.0, -0.05)
    shots, on, sequence = shots_with(bleach)
    for part in (slice(0, None), slice(1, -1)):
        assert reduced(shots[part], on[part], sequence[part]).band == pytest.approx(-0.05, abs=1e-3)


def test_quiet_pixels_remove_the_noise_common_to_all():
    shots, on, sequence = shots_with(np.zeros(N_PX), pulse_noise=0.02, pixel_noise=1.0)
    assert reduced(shots, on, sequence).band_error < 1e-5
    assert reduced(shots, on, sequence, quiet=None).band_error > 1e-3


def test_band_and_pixel_errors_mean_what_they_say():
    da = np.where(QUIET, 0.0, -0.004)
    points = [reduced(*shots_with(da, seed=seed)) for seed in range(400)]
    pulls = np.array([(point.band + 0.004) / point.band_error for point in points])
    # Student's t with 19 degrees of freedom has variance 19/17; 400 draws know it to 8 %, the mean to 0.05.
    assert abs(pulls.mean()) < 0.2
    assert pulls.var() == pytest.approx(19 / 17, rel=0.35)
    pixel = np.array([(point.delta_a[3] + 0.004) / point.error[3] for point in points])
    assert pixel.var() == pytest.approx(19 / 17, rel=0.35)


def test_saturated_and_dim_shots_cost_their_pair():
    shots, on, sequence = shots_with(np.zeros(N_PX))
    shots[4, 7] = 60_000
    shots[11] = 300
    point = reduced(shots, on, sequence)
    # Each breaks the chain of pairs once: the shots up to it pair up, and so do those behind it.
    assert point.n_pairs == 2 + 3 + 14
    assert point.n_rejected == 40 - 2 * 19
    assert abs(point.band) < 6.0 * point.band_error


def test_a_dropped_frame_shifts_no_pairing():
    da = np.where(QUIET, 0.0, -0.05)
    shots, on, sequence = shots_with(da)
    kept = np.arange(40) != 13
    point = reduced(shots[kept], on[kept], sequence[kept])
    assert (point.n_pairs, point.n_rejected) == (19, 1)
    assert point.band == pytest.approx(-0.05, abs=1e-3)


def test_a_wrong_tag_is_rejected_with_at_most_a_neighbour():
    shots, on, sequence = shots_with(np.where(QUIET, 0.0, -0.05))
    on[6] = ~on[6]
    point = reduced(shots, on, sequence)
    assert point.n_rejected == 2
    assert point.band == pytest.approx(-0.05, abs=1e-3)


def test_useless_pixels_are_nan_and_disturb_nobody():
    shots, on, sequence = shots_with(np.where(QUIET, 0.0, -0.05))
    dark = DARK.copy()
    dark[[2, 50]] = np.nan
    shots[:, 2] = 65_535
    point = reduced(shots, on, sequence, dark=dark)
    assert np.isnan(point.delta_a[[2, 50]]).all()
    assert np.isfinite(np.delete(point.delta_a, [2, 50])).all()
    assert point.band == pytest.approx(-0.05, abs=1e-3)
    assert point.n_pairs == 20


def test_a_pixel_without_light_has_no_da():
    shots, on, sequence = shots_with(np.zeros(N_PX))
    shots[:, 5] = 290
    assert np.isnan(reduced(shots, on, sequence).delta_a[5])


def test_no_pair_is_nan_and_counted():
    shots, _, sequence = shots_with(np.zeros(N_PX))
    point = reduced(shots, np.zeros(40, dtype=bool), sequence)
    assert np.isnan(point.delta_a).all()
    assert np.isnan(point.band)
    assert (point.n_pairs, point.n_rejected) == (0, 40)


def test_a_single_pair_has_a_value_but_no_error():
    shots, on, sequence = shots_with(np.zeros(N_PX), n_shots=2)
    point = reduced(shots, on, sequence)
    assert np.isfinite(point.band)
    assert np.isnan(point.band_error)


SHOTS = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 2)), max_size=40)


@given(SHOTS)
def test_pairs_are_good_neighbours_and_as_many_as_can_be(shots):
    on = np.array([tag for tag, _, _ in shots], dtype=bool)
    good = np.array([fine for _, fine, _ in shots], dtype=bool)
    sequence = np.cumsum([step for _, _, step in shots]).astype(np.uint64)
    pumped, unpumped = pair_up(on, sequence, good)
    assert on[pumped].all()
    assert not on[unpumped].any()
    assert good[pumped].all()
    assert good[unpumped].all()
    assert len(set(pumped) | set(unpumped)) == 2 * len(pumped)
    assert np.all(np.abs(sequence[pumped].astype(int) - sequence[unpumped].astype(int)) == 1)
    k = n_greedy = 0
    while k + 1 < len(shots):
        fits = on[k] != on[k + 1] and good[k] and good[k + 1] and sequence[k + 1] - sequence[k] == 1
        n_greedy, k = n_greedy + fits, k + 1 + fits
    assert len(pumped) == n_greedy
