"""Photoluminescence over potential: charging must quench it, and discharging bring it back."""

from __future__ import annotations

import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.look import PlView
from qdlab.gui.plots._plot import Plot


class PlPlot(Plot):
    """PL relative to the uncharged film."""

    def __init__(self) -> None:
        super().__init__("Photoluminescence", "potential (V)", "PL / PL uncharged")
        self.item.addItem(self.coloured(pg.InfiniteLine(pos=1.0, angle=0), 2, 1))
        self.line("PL", colour=3, width=1, symbol="o", symbolSize=5)

    def show(self, view: PlView) -> None:
        """Draw PL in the order in which it was taken."""
        self.say("" if view.relative.size == 0 else f"last: {100 * view.relative[-1]:.0f} %")
        self.lines["PL"].setData(view.potential_v, view.relative, connect="finite")

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        self.lines["PL"].setSymbolBrush(scheme.lines[3])
        self.lines["PL"].setSymbolPen(None)
