"""Cells of a stream: each by itself, the same result whoever reduces them and in whatever order."""

import pickle

import numpy as np
import pytest
import xarray as xr
from synthetic_run import SyntheticRun

from qdlab.analysis import Choices, Windows, in_threads
from qdlab.analysis.shots import reduce_shots
from qdlab.analysis.transient import camera_dark


@pytest.fixture(scope="module")
def tree():
    return SyntheticRun(potentials_v=(-0.3, -1.2), n_shots=20).tree()


def one_after_the_other(points, cells):
    return (cell.reduce(points) for cell in cells)


def backwards_and_elsewhere(points, cells):
    """As on other computers: work and points are sent, the last cell comes first."""
    results = {}
    for cell in reversed(cells):
        sent = pickle.loads(pickle.dumps(cell))
        results[cell.index] = sent.reduce(points.copy(deep=True))
    return [results[cell.index] for cell in cells]


@pytest.mark.parametrize("each_cell", [in_threads, backwards_and_elsewhere])
def test_the_result_is_the_same_to_the_last_digit(tree, each_cell):
    points, dark = tree["ta"].to_dataset(), camera_dark(tree)
    alone = reduce_shots(points, dark, Choices(), 60_000.0, each_cell=one_after_the_other)
    xr.testing.assert_identical(alone, reduce_shots(points, dark, Choices(), 60_000.0, each_cell=each_cell))


def test_a_cell_is_one_potential_and_fluence_with_its_own_dark_level(tree):
    seen = []

    def look(points, cells):
        seen.extend(cells)
        return in_threads(points, cells)

    points, dark = tree["ta"].to_dataset(), camera_dark(tree)
    reduce_shots(points, dark, Choices(), 60_000.0, each_cell=look)
    assert [cell.index for cell in seen] == list(np.ndindex(*points["done"].shape[:2]))
    for cell in seen:
        np.testing.assert_allclose(cell.camera.dark, dark[cell.index[0]])


def test_a_stream_over_the_delay_alone_is_one_cell(tree):
    points = tree["ta"].to_dataset().isel(potential_v=0, fluence_cm2=0)
    seen = []

    def look(points, cells):
        seen.extend(cells)
        return in_threads(points, cells)

    alone = reduce_shots(points, camera_dark(tree)[0], Choices(), 60_000.0, each_cell=look)
    assert [cell.index for cell in seen] == [()]
    whole = reduce_shots(tree["ta"].to_dataset(), camera_dark(tree), Choices(), 60_000.0)
    np.testing.assert_array_equal(alone["da"], whole["da"].isel(potential_v=0, fluence_cm2=0))


def test_grouped_windows_average_like_their_weights():
    random = np.random.default_rng(0)
    weights = np.zeros((300, 41), dtype=np.float32)
    for k in range(40):  # overlapping, in no order; the last is not covered
        start = int(random.integers(0, 280))
        weights[start : start + 20, k] = random.random(20)
    weights[:, :40] /= weights[:, :40].sum(axis=0)
    pairs = random.standard_normal((50, 300)).astype(np.float32)
    out = np.full((50, 41), np.nan, dtype=np.float32)
    Windows(weights).averages(pairs, out)
    np.testing.assert_allclose(out[:, :40], pairs @ weights[:, :40], atol=1e-5)
    assert np.isnan(out[:, 40]).all()


def test_windows_over_lit_pixels_keep_sum_one_or_are_covered_no_more():
    windows = Windows.of(np.array([0.5, 0.5, 0.0]), np.array([[0.0], [0.0], [1.0]]))
    lit = windows.over(np.array([True, False, False]))
    np.testing.assert_array_equal(lit.weights, [[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(windows.over(np.array([True, True, True])).weights, windows.weights)
