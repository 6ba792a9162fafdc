"""What the paper found comes out of the virtual film that is set as its film was."""

from __future__ import annotations

import numpy as np
import pytest
from paper_numbers import FILLINGS, THICKNESS_NM, reduced, the_papers_film
from simulated_experiments import Truth

from qdlab.analysis import Reduction
from qdlab.analysis.gain import gain_of_absorbance


@pytest.fixture(scope="module")
def reduction(tmp_path_factory: pytest.TempPathFactory) -> Reduction:
    return reduced(the_papers_film(), tmp_path_factory.mktemp("paper"))


def test_the_films_hold_the_papers_electrons(reduction: Reduction) -> None:
    for threshold, n_1s in zip(reduction.thresholds, FILLINGS, strict=True):
        assert threshold.n_1s == pytest.approx(n_1s, abs=3.0 * threshold.n_1s_error)


def test_the_neutral_threshold_is_the_papers(reduction: Reduction) -> None:
    """1.51 of the film to 1.55 of the solution; without noise the virtual film is at 1.558."""
    neutral = reduction.thresholds[0]
    assert neutral.n_gain_high - neutral.n_gain_low < 0.04
    assert neutral.n_gain_low <= 1.55
    assert neutral.n_gain_high >= 1.51
    assert neutral.n_gain_low95 <= 1.558 <= neutral.n_gain_high95


def test_doped_thresholds_are_those_of_counting_within_their_intervals(reduction: Reduction) -> None:
    for threshold in reduction.thresholds[1:]:
        assert threshold.n_gain_low95 <= threshold.n_gain_model <= threshold.n_gain_high95


def test_gain_lasts_as_long_as_the_papers(reduction: Reduction) -> None:
    assert reduction.gain_lifetimes is not None
    brightest = reduction.gain_lifetimes.isel(fluence_cm2=-1)
    neutral, _, doped, _ = (brightest.isel(potential_v=i) for i in range(len(FILLINGS)))
    assert 400.0 < float(neutral["lifetime_ps"]) < 500.0
    assert 1000.0 < float(doped["lifetime_ps"]) < 1300.0


def test_gain_saturates_near_800_per_cm(reduction: Reduction) -> None:
    assert reduction.gain_coefficients is not None
    all_inverted = gain_of_absorbance(THICKNESS_NM) * Truth(the_papers_film()).band_absorbance()
    assert all_inverted == pytest.approx(800.0, rel=0.01)
    neutral = reduction.gain_coefficients["band_g_cm"].isel(potential_v=0).to_numpy()
    assert np.all(np.diff(neutral) > 0.0)
    assert 0.9 * all_inverted < neutral[-1] < all_inverted
