"""Points of a stream: background, order of delays, what was not measured."""

import numpy as np
import pytest
from synthetic_run import CAMERA_NM, DELAYS_PS, SyntheticRun

from qdlab.analysis import Choices, MissingDataError
from qdlab.analysis.shots import reduce_shots
from qdlab.analysis.transient import camera_dark, subtract_background, tidy_delays

CHOICES = Choices()


@pytest.fixture(scope="module")
def tree():
    return SyntheticRun(potentials_v=(-0.3, -1.2), n_shots=20).tree()


def reduced(tree):
    return reduce_shots(tree["ta"].to_dataset(), camera_dark(tree), CHOICES, 60_000.0)


def test_an_even_odd_pattern_is_taken_off_with_the_background():
    run = SyntheticRun(potentials_v=(-0.3,), n_shots=20, n_x=np.array([1.6]), pattern=200.0)
    transient = reduced(run.tree())
    cleared = subtract_background(transient, -1.0)
    red = (CAMERA_NM > 640.0) & (CAMERA_NM < 660.0)
    late = {"delay_ps": 5, "potential_v": 0, "fluence_cm2": 0}
    pattern = np.abs(transient["da"].isel(late)[red]).mean()
    assert pattern > 3e-3
    assert np.abs(cleared["da"].isel(late)[red]).mean() < 0.2 * pattern


def test_background_takes_its_noise_along(tree):
    transient = reduced(tree)
    cleared = subtract_background(transient, -1.0)
    before = transient["band_error"].isel(delay_ps=slice(0, 2))
    expected = np.sqrt(transient["band_error"] ** 2 + (before**2).sum("delay_ps") / 4.0)
    np.testing.assert_allclose(cleared["band_error"], expected)


def test_no_delay_before_time_zero_is_told(tree):
    with pytest.raises(MissingDataError, match="no delay before -10 ps"):
        subtract_background(reduced(tree), -10.0)


def test_delays_come_out_in_order_and_repeated_ones_averaged():
    order = np.array([8.0, 3.0, -5.0, 2500.0, 3.0, -3.0, 5.0, 100.0, 3.0])
    run = SyntheticRun(potentials_v=(-0.3,), n_shots=20, delays_ps=order)
    transient = reduced(run.tree())
    tidy = tidy_delays(transient)
    np.testing.assert_array_equal(tidy["delay_ps"], DELAYS_PS)
    assert tidy["da"].dims == transient["da"].dims
    thrice = transient.isel(delay_ps=order == 3.0)
    at_three = tidy.sel(delay_ps=3.0)
    np.testing.assert_allclose(at_three["band"], thrice["band"].mean("delay_ps"))
    squares = (thrice["band_error"] ** 2).sum("delay_ps")
    np.testing.assert_allclose(at_three["band_error"], np.sqrt(squares) / 3.0)
    assert int(at_three["n_pairs"][0, 0]) == 30


def test_what_was_not_measured_is_nan(tree):
    points = tree["ta"].to_dataset().copy()
    points["done"] = points["done"].copy()
    points["done"][1, 2, 3] = False
    transient = reduce_shots(points, camera_dark(tree), CHOICES, 60_000.0)
    missing = np.isnan(transient["band"])
    assert int(missing.sum()) == 1
    assert bool(missing[1, 2, 3])
    assert int(transient["n_pairs"][1, 2, 3]) == 0


def test_a_potential_without_dark_level_gets_the_others(tree):
    partial = tree.copy()
    dark = tree["ta_dark"].to_dataset().copy()
    dark["done"] = ("potential_v", [True, False])
    partial["ta_dark"] = dark
    levels = camera_dark(partial)
    np.testing.assert_array_equal(levels[1], levels[0])


def test_a_pixel_full_without_light_is_useless(tree):
    hot = tree.copy(deep=True)
    hot["ta_dark"]["shots"][:, :, 10] = 60_000
    assert np.isnan(camera_dark(hot)[:, 10]).all()
    assert np.isfinite(np.delete(camera_dark(hot), 10, axis=1)).all()
