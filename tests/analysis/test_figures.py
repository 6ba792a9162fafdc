"""Figures: all of them, without global state, with units on their axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from synthetic_run import TIME_ZERO_PS, SyntheticRun, matrix_run

from qdlab.analysis import MissingDataError, reduce
from qdlab.analysis.figures import FIGURES, figures


@pytest.fixture(scope="module")
def reduction():
    return reduce(SyntheticRun(seed=2, n_shots=20).tree())


@pytest.fixture(scope="module")
def matrix():
    nm = np.linspace(450.0, 700.0, 40)
    return reduce(matrix_run(TIME_ZERO_PS, nm, -1e-3 * np.ones(40) * (TIME_ZERO_PS[:, None] > 0.05)))


def test_a_run_shows_everything_but_the_bare_map(reduction):
    assert [name for name, _ in figures(reduction)] == [name for name in FIGURES if name != "transient_map"]


def test_a_matrix_shows_map_and_kinetics(matrix):
    names = [name for name, _ in figures(matrix)]
    assert names[:2] == ["transient_map", "kinetics"]


def test_what_cannot_be_shown_says_why(matrix):
    with pytest.raises(MissingDataError, match="no figure: there is no A"):
        FIGURES["gain_maps"](matrix)


def test_figures_draw_and_leave_pyplot_alone(reduction):
    before = plt.get_fignums()
    for _, figure in figures(reduction):
        figure.canvas.draw()
    assert plt.get_fignums() == before


def test_every_axis_says_what_it_is_and_its_unit(reduction):
    units = (
        "(nm)",
        "(ps)",
        "(cm$^{-1}$)",
        "(V)",
        "(mOD)",
        "(fs)",
        "per dot",
        "share of",
        "relative to",
        "spectrum of the sweep",
    )
    for name, figure in figures(reduction):
        labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
        assert len(labels) >= 2, name
        assert all(any(unit in label for unit in units) for label in labels), (name, labels)


def test_the_quantity_is_named_where_absorbance_is_shown(reduction):
    for name in ("threshold_determination", "gain_maps", "gain_spectra", "spectroelectrochemistry"):
        figure = FIGURES[name](reduction)
        assert "extinction" in figure.get_suptitle()
