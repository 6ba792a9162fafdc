"""Gain thresholds over electrons per dot beside the counting model; of one run or of several to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import QtCore

from qdlab.gui._style import Scheme
from qdlab.gui.look import CountingView, Table, ThresholdsView
from qdlab.gui.plots._plot import Plot

MARGIN, ROOM = 0.05, 1.17
"""What is left beside the curves and below them, and above."""

STYLES = (QtCore.Qt.PenStyle.SolidLine, QtCore.Qt.PenStyle.DashLine, QtCore.Qt.PenStyle.DotLine)
SYMBOLS = {"": "o", "below": "t", "above": "t1"}
"""A point, or a limit: below it (▾), above it (▴)."""


class ThresholdsPlot(Plot):
    """Excitons per dot at transparency, which fill in as fluences arrive; a curve for each material."""

    def __init__(self) -> None:
        super().__init__("Gain threshold", "electrons per dot n(1S)", "excitons per dot")
        self.item.addLegend(offset=(-8, 4))
        self.item.setRange(xRange=(-0.1, 2.1), yRange=(-0.08, 1.8), padding=0)
        self.shown: tuple[ThresholdsView, ...] = ()
        self._drawn: list[tuple[Any, Any]] = []
        self._models: list[CountingView] = []
        self._curves: list[Any] = []

    def show(self, runs: Sequence[ThresholdsView]) -> None:
        """Draw the thresholds of each run."""
        self.shown = tuple(runs)
        while len(self._drawn) < len(runs):
            self._drawn.append(self._items(len(self._drawn)))
        for k, (points, bars) in enumerate(self._drawn):
            is_shown = k < len(runs)
            points.setVisible(is_shown)
            bars.setVisible(is_shown)
            if is_shown:
                self._draw(points, bars, runs[k])
        self._show_models([*{run.counting.name: run.counting for run in runs}.values()])
        points = [points for points, _ in self._drawn[: len(runs)]]
        names = [*(model.name for model in self._models), *(run.name for run in runs)]
        self.name_lines([*self._curves, *points], names)

    def clear(self) -> None:
        """Forget every run."""
        self.show(())

    def table(self) -> Table:
        """Return thresholds with their intervals, and the model."""
        columns: dict[str, np.ndarray] = {}
        for model in self._models:
            columns |= {f"{model.name}: n(1S)": model.n_1s, f"{model.name}: threshold": model.n_gain}
        for view in self.shown:
            numbers = {
                "n(1S)": view.n_1s,
                "error of n(1S)": view.n_1s_error,
                "threshold": view.n_gain,
                "68 % from": view.low,
                "68 % to": view.high,
            }
            columns |= {f"{view.name}: {name}": column for name, column in numbers.items()}
        return columns

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        for k, (points, bars) in enumerate(self._drawn):
            points.setBrush(self._colour(k))
            bars.setOpts(pen=pg.mkPen(self._colour(k), width=1.5))
        for k, curve in enumerate(self._curves):
            curve.setPen(self._pen(k))

    def _show_models(self, models: list[CountingView]) -> None:
        """Draw the curve of each material; nothing is done if they are there already."""
        if [model.name for model in models] == [model.name for model in self._models]:
            return
        for curve in self._curves:
            self.item.removeItem(curve)
        self._models = models
        self._curves = [
            self.item.plot(model.n_1s, model.n_gain, pen=self._pen(k)) for k, model in enumerate(models)
        ]
        if models:
            most_n_1s = max(model.n_1s[-1] for model in models)
            most_n_gain = max(model.n_gain[0] for model in models)
            margin = MARGIN * most_n_1s
            self.item.setRange(
                xRange=(-margin, most_n_1s + margin),
                yRange=(-MARGIN * most_n_gain, ROOM * most_n_gain),
                padding=0,
            )

    def _draw(self, points: Any, bars: Any, view: ThresholdsView) -> None:
        points.setData(x=view.n_1s, y=view.n_gain, symbol=[SYMBOLS[word] for word in view.censored])
        up = np.where(np.isfinite(view.high), view.high - view.n_gain, 0.0)
        down = view.n_gain - view.low
        bars.setData(
            x=view.n_1s, y=view.n_gain, top=up, bottom=down,
            left=np.nan_to_num(view.n_1s_error), right=np.nan_to_num(view.n_1s_error),
        )  # fmt: skip

    def _items(self, k: int) -> tuple[Any, Any]:
        bars = pg.ErrorBarItem(
            x=np.array([]), y=np.array([]), top=np.array([]), bottom=np.array([]),
            left=np.array([]), right=np.array([]), pen=pg.mkPen(self._colour(k), width=1.5),
        )  # fmt: skip
        points = pg.ScatterPlotItem(size=9, pen=None, brush=self._colour(k))
        self.item.addItem(bars)
        self.item.addItem(points)
        return points, bars

    def _pen(self, k: int) -> Any:
        return pg.mkPen(self.scheme.lines[1], width=2, style=STYLES[k % len(STYLES)])

    def _colour(self, k: int) -> Any:
        return pg.mkColor(self.scheme.lines[(0, 3, 4, 2)[k % 4]])
