"""The scan about time zero with points that a person drags: where each colour has its time zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg

from qdlab.analysis import chirp_by_hand
from qdlab.gui._style import Scheme
from qdlab.gui.look import DA, MapView, delay_of, rows_of
from qdlab.gui.plots._delay_map import DelayMapPlot

Points = tuple[tuple[float, float], ...]

STEP_PS = 0.02
"""How far an arrow key moves a point."""


class ChirpPlot(DelayMapPlot):
    """dA about time zero as first seen; the curve goes through the points.

    They are dragged, or chosen (left, right) and moved (up, down) by the arrow keys.
    """

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__(DA, lambda: None)
        self.entitle("Time zero: drag the points")
        self.points: Points = ()
        self._chosen = 0
        self._order = 3
        self._tell = moved
        self._targets: list[Any] = []
        for line in (self.level, self.upright):
            line.setVisible(False)

    def put(self, points: Sequence[tuple[float, float]], order: int) -> None:
        """Show these points (nm, ps), and the polynomial through them."""
        self.points, self._order = tuple(sorted(points)), order
        if len(self._targets) != len(self.points):
            self._make(len(self.points))
        self._place()

    def move(self, right: int, up: int) -> None:
        """Choose another point, or move the chosen one; what the arrow keys do."""
        if self.points:
            self._chosen = (self._chosen + right) % len(self.points)
            if up:
                nm, ps = self.points[self._chosen]
                self._change(self._chosen, nm, round(ps + up * STEP_PS, 6))
                self._place()
            self._mark_chosen()

    def show(self, view: MapView) -> None:
        """Draw the scan."""
        super().show(view)
        self._place()

    def clear(self) -> None:
        """Forget the scan and the points."""
        super().clear()
        self.points = ()
        self._make(0)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        self._mark_chosen()

    def _make(self, n_points: int) -> None:
        for target in self._targets:
            self.item.removeItem(target)
        self._targets = []
        for k in range(n_points):
            target = pg.TargetItem(size=14, movable=True)
            target.sigPositionChanged.connect(partial(self._point_dragged, k))
            self.item.addItem(target)
            self._targets.append(target)
        self._chosen = 0
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        for k, target in enumerate(self._targets):
            target.setPen(pg.mkPen(self.scheme.lines[1], width=4 if k == self._chosen else 2))

    def _point_dragged(self, index: int, target: Any) -> None:
        """Follow a point that a person drags; not one that was placed."""
        if self.shown is not None and target.moving:
            where = target.pos()
            self._chosen = index
            self._change(index, float(where.x()), delay_of(self.shown, where.y()))
            self._mark_chosen()
            self._draw_curve()

    def _change(self, index: int, nm: float, ps: float) -> None:
        points = list(self.points)
        points[index] = (nm, ps)
        self.points = tuple(points)
        self.say(f"{nm:.0f} nm: {ps:+.3f} ps")
        self._tell()

    def _place(self) -> None:
        if self.shown is None:
            return
        for target, (nm, ps) in zip(self._targets, self.points, strict=True):
            if not target.moving:
                target.setPos(nm, float(rows_of(self.shown, np.array([ps]))[0]))
        self._draw_curve()

    def _draw_curve(self) -> None:
        if self.shown is None or not self.points:
            self.same_delay.setData([], [])
            return
        nm = np.linspace(self.shown.wavelengths_nm.min(), self.shown.wavelengths_nm.max(), 100)
        t0_ps = chirp_by_hand(self.points, self._order).t0_ps(nm)
        self.same_delay.setData(nm, rows_of(self.shown, t0_ps))

    def _draw_same_delay(self, view: MapView) -> None:
        """Leave the curve to the points."""
