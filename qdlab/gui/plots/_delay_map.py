"""A map over wavelength and delay that grows with its scan; its two lines are dragged, or moved by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import QtCore

from qdlab.gui._style import Scheme
from qdlab.gui.look import (
    A_STAR,
    MapView,
    Quantity,
    Table,
    colour_numbers,
    delay_of,
    even_limits,
    evenly,
    gain_limits,
    map_table,
    rows_of,
)
from qdlab.gui.plots._colour_bar import ColourBar
from qdlab.gui.plots._colours import diverging, gain
from qdlab.gui.plots._keys import bind_arrows
from qdlab.gui.plots._plot import Plot

N_COLUMNS = 1024
START_NM, START_PS = 615.0, 5.0
STEP_NM = 2.0
"""How far an arrow key moves the upright line."""

EMPTY_NM = (480.0, 700.0)
"""What an empty map shows."""

Moved = Callable[[], None]


class DelayMapPlot(Plot):
    """dA about zero, or A* in which gain glows, as its view says; a row for each delay, evenly spaced.

    The level line is a delay, the upright one a wavelength: `delay_ps` and `wavelength_nm`. Where time zero
    is known, a curve shows which points are this delay after it.
    """

    def __init__(self, quantity: Quantity, moved: Moved) -> None:
        super().__init__(title_of(quantity), "wavelength (nm)", "delay (ps)")
        self._quantity = quantity
        self._moved = moved
        self.shown: MapView | None = None
        self.delay_ps, self.wavelength_nm = START_PS, START_NM
        self.image = pg.ImageItem(axisOrder="row-major")
        self.item.addItem(self.image)
        self.bar = ColourBar(self.item)
        self.same_delay = self.coloured(self.item.plot(), 4, 1.5)
        self.level = self._line(0, "delay")
        self.upright = self._line(90, "wavelength")
        self.upright.setValue(START_NM)
        self.item.setRange(xRange=EMPTY_NM, yRange=(-0.5, 0.5), padding=0)
        self.item.getAxis("left").setTicks([[]])
        self._columns: Any = None
        bind_arrows(self.view, self.move)

    def show(self, view: MapView) -> None:
        """Draw a map; the lines stay at their delay and wavelength."""
        if view.quantity != self._quantity:
            self._change_quantity(view.quantity)
        is_new_scan = self.shown is None or self.shown.delays_ps.size != view.delays_ps.size
        self.shown = view
        self.say(view.where)
        if self._columns is None or self._columns.max(initial=0) >= view.wavelengths_nm.size:
            self._columns = evenly(view.wavelengths_nm, min(N_COLUMNS, view.wavelengths_nm.size))
        rows = view.values[:, self._columns]
        low, high = gain_limits(self._telling(view, rows)) if view.quantity == A_STAR else even_limits(rows)
        self.image.setImage(colour_numbers(rows, low, high), autoLevels=False, levels=(0, 255))
        self.bar.say_limits(low, high)
        if is_new_scan:
            self._lay_axes(view)
        self._place_lines()

    def clear(self) -> None:
        """Forget the map; the lines keep their delay and wavelength."""
        super().clear()
        self.shown = None
        self.image.clear()
        self.same_delay.setData([], [])
        self.item.getAxis("left").setTicks([[]])
        self.bar.clear()

    def table(self) -> Table:
        """Return the map: a column for each delay."""
        return {} if self.shown is None else map_table(self.shown, self._quantity)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        colours = gain(scheme) if self._quantity == A_STAR else diverging(scheme)
        self.image.setLookupTable(colours)
        self.bar.paint(scheme, colours)
        for line in (self.level, self.upright):
            line.setPen(pg.mkPen(scheme.lines[4], width=1.5, style=QtCore.Qt.PenStyle.DashLine))
            line.setHoverPen(pg.mkPen(scheme.lines[1], width=3))

    def move(self, right: int, up: int) -> None:
        """Move the lines by steps; what the arrow keys do."""
        if self.shown is not None:
            row = float(rows_of(self.shown, np.array([self.delay_ps]))[0])
            to_row = np.clip(round(row) + up, 0, self.shown.delays_ps.size - 1)
            self.delay_ps = delay_of(self.shown, float(to_row)) if up else self.delay_ps
            low_nm, high_nm = self.shown.wavelengths_nm.min(), self.shown.wavelengths_nm.max()
            self.wavelength_nm = float(np.clip(self.wavelength_nm + STEP_NM * right, low_nm, high_nm))
            self._place_lines()
            self._moved()

    def _telling(self, view: MapView, rows: Any) -> Any:
        """Return the columns that the colours are to tell apart; all if none of them is to."""
        if view.telling_nm is None:
            return rows
        low_nm, high_nm = view.telling_nm
        nm = view.wavelengths_nm[self._columns]
        (inside,) = np.nonzero((nm >= low_nm) & (nm <= high_nm))
        return rows[:, inside[0] : inside[-1] + 1] if inside.size else rows

    def _change_quantity(self, quantity: Quantity) -> None:
        self._quantity = quantity
        self.entitle(title_of(quantity))
        self.paint(self.scheme)

    def _line(self, angle: int, name: str) -> Any:
        line = pg.InfiniteLine(angle=angle, movable=True, name=name)
        line.sigPositionChanged.connect(self._dragged)
        self.item.addItem(line)
        return line

    def _dragged(self, line: Any) -> None:
        """Follow a line that a person drags; not one that was placed."""
        if self.shown is None or not line.moving:
            return
        if line is self.level:
            self.delay_ps = delay_of(self.shown, line.value())
            self._draw_same_delay(self.shown)
        else:
            self.wavelength_nm = float(line.value())
        self._moved()

    def _place_lines(self) -> None:
        assert self.shown is not None
        if not self.level.moving:
            self.level.setValue(float(rows_of(self.shown, np.array([self.delay_ps]))[0]))
        if not self.upright.moving:
            self.upright.setValue(self.wavelength_nm)
        self._draw_same_delay(self.shown)

    def _draw_same_delay(self, view: MapView) -> None:
        if view.t0_ps is None:
            self.same_delay.setData([], [])
            return
        order = np.argsort(view.wavelengths_nm)
        self.same_delay.setData(view.wavelengths_nm[order], rows_of(view, self.delay_ps + view.t0_ps[order]))

    def _lay_axes(self, view: MapView) -> None:
        low_nm, high_nm = float(view.wavelengths_nm.min()), float(view.wavelengths_nm.max())
        n_rows = view.delays_ps.size
        self.image.setRect(low_nm, -0.5, high_nm - low_nm, n_rows)
        self.item.setRange(xRange=(low_nm, high_nm), yRange=(-0.5, n_rows - 0.5), padding=0)
        every = -(-n_rows // 12)
        ticks = [(k, f"{delay_ps:g}") for k, delay_ps in enumerate(view.delays_ps) if k % every == 0]
        self.item.getAxis("left").setTicks([ticks])


def title_of(quantity: Quantity) -> str:
    """Return what a map of a quantity is called."""
    return f"{quantity} (mOD)"
