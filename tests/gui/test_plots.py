"""Plots: exports in three formats, both schemes, even colours, lines moved by keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import chirped_map
from window_at_work import assert_exports, wait_for_end

from qdlab.analysis import Choices
from qdlab.errors import InputError
from qdlab.gui.look import PointView, ThresholdsView, counting_of


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
    assert_exports(plots, tmp_path)


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


def test_a_map_says_what_it_shows_and_gain_glows_in_no_other(window: Any) -> None:
    plot, da = window.results_page.view.map, chirped_map(np.zeros(64), np.array([0.0, 1.0]))
    plot.show(replace(da, quantity="A*"))
    assert (plot.title, "A* at 1 ps" in plot.table()) == ("A* (mOD)", True)
    glows = plot.image.lut
    plot.show(da)
    assert (plot.title, "ΔA at 1 ps" in plot.table()) == ("ΔA (mOD)", True)
    assert (plot.image.lut != glows).any()


def test_a_plot_is_painted_whole_with_its_remark_and_the_axes_of_its_data(window: Any) -> None:
    """What is painted in parts shows, for a moment, new data beside the numbers of the old axis."""
    from pyqtgraph.Qt import QtGui, QtWidgets

    window.pages.setCurrentWidget(window.live_page.widget)
    window.live_page.choose(0)
    plot = window.live_page.delta_a
    plot.show(point_of(0.001))
    for _ in range(2):
        QtWidgets.QApplication.processEvents()
    ground = plot.view.viewport()
    painted = Painted(ground, plot.remark)
    plot.show(point_of(0.01))
    QtWidgets.QApplication.processEvents()
    assert painted.parts[ground][0] == QtGui.QRegion(ground.rect())
    assert len(painted.parts[plot.remark]) == 1
    assert -12.0 < plot.item.getAxis("left").range[0] < -9.0


def point_of(bleach: float) -> PointView:
    """A camera point with this bleach at 615 nm."""
    nm = np.linspace(480.0, 700.0, 256)
    da = -bleach * np.exp(-(((nm - 615.0) / 12.0) ** 2))
    return PointView(nm, nm, nm, nm, 65535.0, da, np.full(nm.size, 1e-5), f"bleach {bleach:g}")


class Painted:
    """Notes which part of each widget is painted, in order."""

    def __init__(self, *widgets: Any) -> None:
        from pyqtgraph.Qt import QtCore

        parts: dict[Any, list[Any]] = {widget: [] for widget in widgets}

        class Filter(QtCore.QObject):  # type: ignore[misc]
            def eventFilter(self, widget: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
                if event.type() == QtCore.QEvent.Type.Paint:
                    parts[widget].append(event.region())
                return False

        self.parts, self._filter = parts, Filter()
        for widget in widgets:
            widget.installEventFilter(self._filter)


def test_absorption_beside_the_lines_does_not_hide_their_gain(window: Any) -> None:
    """A shell that absorbs ten times as much lies beside: neither colours nor cut are made for it."""
    page, nm = window.live_page, chirped_map(np.zeros(64), np.array([0.0, 1.0])).wavelengths_nm
    values = np.where(nm < 550.0, 0.04, -0.004 * np.exp(-(((nm - 615.0) / 10.0) ** 2))).astype(np.float32)
    shell = replace(chirped_map(np.zeros(64), np.array([0.0, 1.0])), values=np.stack([values, values]))
    page.a_star.show(replace(shell, quantity="A*", telling_nm=(560.0, 660.0)))
    page.a_star_cut.show(page.a_star.shown, 1.0)
    page.a_star_cut.item.vb.updateAutoRange()
    (low_nm, high_nm), (low, high) = page.a_star_cut.item.vb.viewRange()
    assert (low_nm, high_nm) == (560.0, 660.0)
    assert -5.0 < low < -3.9
    assert high < 1.0
    low_end, _, high_end = (float(words) for _, words in page.a_star.bar.bar.axis._tickLevels[0])
    assert -4.0 <= low_end < -3.0
    assert high_end == -low_end


def test_a_run_that_begins_finds_no_number_of_the_last_one(shown: Any) -> None:
    shown.live_page.forget()
    for plot in (shown.live_page.map, shown.live_page.a_star, shown.live_page.spectra):
        assert plot.item.getAxis("left")._tickLevels == [[]]
        assert plot.bar.bar.axis._tickLevels == [[]]


def test_time_zero_and_windows_are_moved_by_the_arrow_keys(window: Any, qtbot: Any) -> None:
    from pyqtgraph.Qt import QtCore

    keys, view = QtCore.Qt.Key, window.results_page.view
    window.pages.setCurrentWidget(window.results_page.widget)
    view.chirp.show(chirped_map(np.zeros(64), np.linspace(-1.0, 1.0, 11)))
    view.chirp.put([(520.0, 0.0), (600.0, 0.1), (680.0, 0.2)], 2)
    view.windows.put({"band_nm": (606.0, 630.0), "pl_nm": (600.0, 700.0), "quiet_nm": (665.0, 698.0)})
    press(qtbot, view.chirp.view, keys.Key_Right, keys.Key_Up, keys.Key_Up)
    assert view.chirp.points == ((520.0, 0.0), (600.0, 0.14), (680.0, 0.2))
    assert view.chirp.remark.text() == "600 nm: +0.140 ps"
    press(qtbot, view.windows.view, keys.Key_Up, keys.Key_Right)
    assert view.windows.windows["band_nm"] == (606.0, 630.5)
    assert view.windows.remark.text() == "1S band to 630.5 nm"


def press(qtbot: Any, view: Any, *keys: Any) -> None:
    view.setFocus()
    for key in keys:
        qtbot.keyClick(view, key)


def test_every_material_has_its_own_theory_beside_its_thresholds(window: Any) -> None:
    none, plot = np.array([]), window.results_page.thresholds
    cdse, pbs = (counting_of(choices) for choices in (Choices(), Choices(g_e=8, g_h=8)))
    runs = [
        ThresholdsView(name, none, none, none, none, none, (), counting)
        for name, counting in (("a", cdse), ("b", pbs), ("c", cdse))
    ]
    plot.show(runs)
    assert plot.table()["theory (8 e, 8 h): n(1S)"][-1] == 8.0
    assert (
        len([name for name in plot.table() if name.startswith("theory") and name.endswith("threshold")]) == 2
    )
    plot.show(runs[:1])
    np.testing.assert_array_equal(plot.table()["theory (2 e, 4 h): threshold"], cdse.n_gain)
    assert not [name for name in plot.table() if name.startswith("theory (8")]


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


@pytest.fixture
def every_move_counts() -> Iterator[None]:
    """A test's mouse is faster than a person's: pyqtgraph leaves out moves that follow closely."""
    import pyqtgraph as pg

    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", before)


@pytest.mark.usefixtures("every_move_counts")
def test_lines_points_and_edges_are_dragged_with_the_mouse(window: Any, qtbot: Any) -> None:
    live, results = window.live_page, window.results_page
    window.pages.setCurrentWidget(live.widget)
    live.map.show(chirped_map(np.zeros(64), np.array([0.0, 1.0, 5.0, 10.0])))
    qtbot.waitExposed(window)
    drag(live.map, (600.0, 2.0), (600.0, 3.0))
    assert live.map.delay_ps == pytest.approx(10.0, abs=0.5)
    np.testing.assert_allclose(live.cut.lines["cut"].getData()[1], 1e3 * live.map.delay_ps, rtol=1e-5)
    drag(live.map, (615.0, 0.5), (560.0, 0.5))
    assert live.map.wavelength_nm == pytest.approx(560.0, abs=2.0)
    assert live.kinetics.remark.text() == f"{live.map.wavelength_nm:.0f} nm"
    window.pages.setCurrentWidget(results.widget)
    results.view.windows.put({"band_nm": (606.0, 630.0), "pl_nm": (600.0, 700.0), "quiet_nm": (665.0, 698.0)})
    drag(results.view.windows, (606.0, 0.5), (590.0, 0.5))
    windows = results.view.windows.windows
    assert windows["band_nm"] == pytest.approx((590.0, 630.0), abs=2.0)
    assert windows["pl_nm"] == (600.0, 700.0)  # which lies about it
    results.view.chirp.show(chirped_map(np.zeros(64), np.linspace(-1.0, 1.0, 11)))
    results.view.chirp.put([(520.0, 0.0), (600.0, 0.0), (680.0, 0.0)], 2)
    drag(results.view.chirp, (600.0, 5.0), (600.0, 7.0))
    assert results.view.chirp.points[1] == pytest.approx((600.0, 0.4), abs=0.05)


def drag(plot: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the left button from one place of a plot to another, as the mouse does: step by step."""
    from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

    buttons, kinds = QtCore.Qt.MouseButton, QtCore.QEvent.Type
    QtWidgets.QApplication.processEvents()
    from_, to = (
        plot.view.mapFromScene(plot.item.vb.mapViewToScene(QtCore.QPointF(*at))) for at in (start, end)
    )
    way = [from_ + (to - from_) * k / 8 for k in range(9)]
    events = [
        (kinds.MouseMove, way[0], buttons.NoButton, buttons.NoButton),
        (kinds.MouseButtonPress, way[0], buttons.LeftButton, buttons.LeftButton),
        *((kinds.MouseMove, at, buttons.NoButton, buttons.LeftButton) for at in way[1:]),
        (kinds.MouseButtonRelease, way[-1], buttons.LeftButton, buttons.NoButton),
    ]
    screen = plot.view.viewport()
    for kind, at, button, held in events:
        point, whole = QtCore.QPointF(at), QtCore.QPointF(screen.mapToGlobal(at))
        event = QtGui.QMouseEvent(kind, point, whole, button, held, QtCore.Qt.KeyboardModifier.NoModifier)
        QtWidgets.QApplication.sendEvent(screen, event)
        QtWidgets.QApplication.processEvents()
