"""The bleach of the band over excitons per dot: gain begins above the dashed level of its potential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import QtCore

from qdlab.gui._style import Scheme
from qdlab.gui.look import SeriesView, Table, potential_in_words
from qdlab.gui.plots._plot import Plot

MOD = 1e3
MOST = 8
"""Potentials that are told apart by colour; of more, the last ones are drawn."""


class SeriesPlot(Plot):
    """One colour for each potential: points as they arrive, and the level they have to reach."""

    def __init__(self) -> None:
        super().__init__("Bleach of the 1S band", "excitons per dot", "−ΔA (mOD)")
        self.item.addLegend(offset=(-8, -4), colCount=2)
        self.shown: tuple[SeriesView, ...] = ()
        self._drawn: list[tuple[Any, Any, Any]] = []

    def show(self, series: Sequence[SeriesView]) -> None:
        """Draw every potential; the last ones if there are too many."""
        self.shown = tuple(series)
        kept = self.shown[-MOST:]
        if len(kept) != len(self._drawn):
            self._make(len(kept))
        for (curve, bars, level), view in zip(self._drawn, kept, strict=True):
            bleach = MOD * view.bleach
            curve.setData(view.n_x, bleach)
            bars.setData(x=view.n_x, y=bleach, height=2 * MOD * view.bleach_error)
            level.setVisible(bool(np.isfinite(view.level)))
            if np.isfinite(view.level):
                level.setValue(MOD * view.level)
        curves = [curve for curve, _, _ in self._drawn]
        self.name_lines(curves, [potential_in_words(view.potential_v) for view in kept])

    def clear(self) -> None:
        """Forget every potential."""
        super().clear()
        self.show(())

    def table(self) -> Table:
        """Return the points of every potential, and its level beside each."""
        columns = {}
        for view in self.shown:
            at = potential_in_words(view.potential_v, 4)
            columns[f"{at}: excitons per dot"] = view.n_x
            columns[f"{at}: −ΔA (mOD)"] = MOD * view.bleach
            columns[f"{at}: error (mOD)"] = MOD * view.bleach_error
            columns[f"{at}: level (mOD)"] = np.full(view.n_x.shape, MOD * view.level)
        return columns

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        n_drawn = len(self._drawn)
        self._make(n_drawn)
        if n_drawn:
            self.show(self.shown)

    def _make(self, n_series: int) -> None:
        for items in self._drawn:
            for item in items:
                self.item.removeItem(item)
        self._drawn = [self._items(colour) for colour in series_colours(n_series, self.scheme)]

    def _items(self, colour: Any) -> tuple[Any, Any, Any]:
        curve = self.item.plot(
            pen=pg.mkPen(colour, width=1.5), symbol="o", symbolSize=6, symbolBrush=colour, symbolPen=None
        )
        bars = pg.ErrorBarItem(x=np.array([]), y=np.array([]), height=np.array([]), pen=pg.mkPen(colour))
        dashed = pg.mkPen(colour, width=1.5, style=QtCore.Qt.PenStyle.DashLine)
        level = pg.InfiniteLine(angle=0, pen=dashed)
        self.item.addItem(bars)
        self.item.addItem(level)
        return curve, bars, level


def series_colours(n_series: int, scheme: Scheme) -> list[Any]:
    """Return colours in order along a perceptually uniform scale, each readable on the ground."""
    low, high = (0.35, 1.0) if scheme.is_dark else (0.0, 0.8)
    scale = pg.colormap.get("viridis")
    return [scale.map(low + (high - low) * k / max(n_series - 1, 1), mode="qcolor") for k in range(n_series)]
