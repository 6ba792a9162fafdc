"""Plots: exports in three formats, both schemes, even colours, lines moved by keys."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import chirped_map
from window_at_work import wait_for_end

from qdlab.errors import InputError


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    """The window after a run, every plot of its Live page drawn."""
    window.run_page.start()
    wait_for_end(window, qtbot)
    for view in range(3):
        window.live_page.choose(view)
    return window


def test_every_plot_exports_itself_as_png_svg_and_csv(shown: Any, tmp_path: Path) -> None:
    plots = shown.live_page.plots()
    assert len(plots) == 13
    for k, plot in enumerate(plots):
        for ending in ("png", "svg", "csv"):
            path = tmp_path / f"{k}.{ending}"
            plot.export(path)
            assert path.stat().st_size > 0, (plot.title, ending)
        heading, *rows = list(csv.reader((tmp_path / f"{k}.csv").read_text(encoding="utf-8").splitlines()))
        assert heading, plot.title
        assert rows, plot.title
        assert (tmp_path / f"{k}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (tmp_path / f"{k}.svg").read_text(encoding="utf-8")


def test_a_format_that_is_none_is_refused_in_words(window: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"as \.png, \.svg or \.csv, not '\.doc'"):
        window.live_page.cv.export(tmp_path / "plot.doc")


def test_the_table_of_a_map_holds_what_is_shown(window: Any) -> None:
    plot = window.live_page.map
    view = chirped_map(np.zeros(64), np.array([0.0, 1.0, 5.0]))
    plot.show(view)
    np.testing.assert_array_equal(plot.table()["ΔA at 5 ps"], view.values[2])


def test_both_schemes_colour_every_plot(window: Any) -> None:
    from qdlab.gui._style import DARK, LIGHT

    for scheme in (LIGHT, DARK):
        window.switch_scheme()
        for plot in (*window.live_page.plots(), *window.results_page.plots()):
            assert plot.scheme is scheme
            assert plot.view.backgroundBrush().color().name() == scheme.ground
        field = window.run_page.form.fields["thickness_nm"].widget
        assert field.palette().color(field.backgroundRole()).name() == scheme.field


@pytest.mark.parametrize("which", ["diverging", "gain"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_colours_go_away_from_zero_evenly(which: str, scheme: str) -> None:
    """Lightness (CIE L*) changes one way along each arm, without steps that would look like edges."""
    from qdlab.gui._style import SCHEMES
    from qdlab.gui.plots import _colours

    for arm in _colours.arms(getattr(_colours, which)(SCHEMES[scheme])):
        steps = np.diff(lightness(arm))
        assert (steps * np.sign(steps.sum()) > -0.6).all()
        assert np.abs(steps).max() < 4.0
        assert abs(steps.sum()) > 25.0


def test_the_arrow_keys_move_the_lines_of_a_map(window: Any, qtbot: Any) -> None:
    from pyqtgraph.Qt import QtCore

    plot, keys = window.live_page.map, QtCore.Qt.Key
    window.pages.setCurrentWidget(window.live_page.widget)
    window.activateWindow()
    plot.show(chirped_map(np.zeros(64), np.array([0.0, 1.0, 5.0, 10.0])))
    plot.view.setFocus()
    assert plot.delay_ps == 5.0
    qtbot.keyClick(plot.view, keys.Key_Up)
    assert plot.delay_ps == 10.0
    before_nm = plot.wavelength_nm
    qtbot.keyClick(plot.view, keys.Key_Left)
    assert plot.wavelength_nm == before_nm - 2.0
    cut = window.live_page.cut.lines["cut"].getData()[1]
    np.testing.assert_allclose(cut, 1e4, rtol=1e-5)


def test_every_page_is_reached_by_a_key_and_every_field_by_tab(window: Any) -> None:
    names = [window.pages.tabText(k) for k in range(window.pages.count())]
    assert names == ["&Run", "&Live", "&Bench", "Res&ults"]
    assert len({name[name.index("&") + 1].lower() for name in names}) == len(names)
    reached, widget = set(), window.run_page.chooser
    for _ in range(500):
        widget = widget.nextInFocusChain()
        reached.add(widget)
    assert {field.widget for field in window.run_page.form.fields.values()} <= reached


def lightness(colours: np.ndarray) -> np.ndarray:
    """Return CIE L* of sRGB colours [colour, channel] of 0 to 255."""
    share = colours / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 0.008856, 116.0 * np.cbrt(luminance) - 16.0, 903.3 * luminance)
