"""Figures: all of them, without global state, with units on their axes."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text
from synthetic_run import TIME_ZERO_PS, SyntheticRun, matrix_run

from qdlab.analysis import MissingDataError, reduce
from qdlab.analysis.figures import FIGURES, figures, plotted_numbers


@pytest.fixture(scope="module")
def reduction():
    return reduce(SyntheticRun(seed=2, n_shots=20).tree())


@pytest.fixture(scope="module")
def matrix():
    nm = np.linspace(450.0, 700.0, 40)
    return reduce(matrix_run(TIME_ZERO_PS, nm, -1e-3 * np.ones(40) * (TIME_ZERO_PS[:, None] > 0.05)))


def test_a_run_shows_everything_but_the_bare_map(reduction):
    of_imports = ("transient_map", "transient_spectra", "spectra")
    assert [name for name, _ in figures(reduction)] == [name for name in FIGURES if name not in of_imports]


def test_a_gain_lifetime_without_an_upper_end_is_drawn_and_told_once(reduction):
    table = reduction.gain_lifetimes.copy(deep=True)
    table["lifetime_high_ps"][:] = np.inf
    sheet = FIGURES["gain_lifetime"](replace(reduction, gain_lifetimes=table))
    rows = [row for row in plotted_numbers(sheet)[""].splitlines() if "model" not in row]
    assert len(rows) == len(set(rows)) > 2


def test_a_matrix_without_potential_and_excitation_shows_what_it_has_and_nothing_unknown(matrix):
    drawn = dict(figures(matrix))
    assert list(drawn)[:3] == ["transient_map", "transient_spectra", "kinetics"]
    assert "gain_spectra" not in drawn
    texts = [text.get_text() for figure in drawn.values() for text in figure.findobj(Text)]
    assert any(text.endswith(" ps") for text in texts)
    assert not [text for text in texts if "nan" in text.lower()]


@pytest.mark.parametrize(
    ("columns", "time_s", "names"),
    [
        (["wavelength", "ocp", "red"], np.nan, ["ocp", "red"]),
        ([], [0.0, 0.5], ["0 s", "0.5 s"]),
        ([], np.nan, ["1", "2"]),
    ],
)
def test_imported_spectra_are_drawn_by_their_names(columns, time_s, names):
    nm, absorbance = np.array([700.0, 600.0, 500.0]), np.array([[0.0, 1.0, 2.0], [0.5, 0.5, 0.5]])
    spectra = xr.Dataset(
        {
            "absorbance": (("spectrum", "wavelength_nm"), absorbance),
            "time_s": ("spectrum", np.broadcast_to(time_s, 2)),
            "done": ("spectrum", [True, True]),
        },
        {"spectrum": [0.0, 1.0], "wavelength_nm": nm},
    )
    attrs = {"title": "spectra", "import": {"metadata": {"columns": columns}}}
    reduction = reduce(xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), "spectra": spectra}))
    ((name, figure),) = figures(reduction)
    lines = {
        line.get_label(): line.get_ydata()
        for line in figure.axes[0].get_lines()
        if line.get_label()[0] != "_"
    }
    assert name == "spectra"
    assert list(lines) == names
    np.testing.assert_array_equal(lines[names[0]], [2.0, 1.0, 0.0])


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


def test_fluences_measured_in_another_order_are_shown_in_that_of_their_excitation(reduction):
    """As an adaptive map measures them."""
    backwards = {"fluence_cm2": slice(None, None, -1)}
    chosen = replace(
        reduction,
        **{
            name: getattr(reduction, name).isel(backwards) for name in ("a_star", "gain", "gain_coefficients")
        },
    )

    def told(of, name):
        figure = FIGURES[name](of)
        curves = [line.get_ydata() for axes in figure.axes for line in axes.lines if line.get_gid()]
        return [axes.get_title() for axes in figure.axes], [y for y in curves if np.size(y) > 1]

    for name in ("gain_maps", "wavelength_thresholds"):
        titles, curves = told(chosen, name)
        as_planned = told(reduction, name)
        assert titles == as_planned[0]
        for one, other in zip(curves, as_planned[1], strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_quantity_is_named_where_absorbance_is_shown(reduction):
    for name in ("threshold_determination", "gain_maps", "gain_spectra", "spectroelectrochemistry"):
        figure = FIGURES[name](reduction)
        assert "extinction" in figure.get_suptitle()
