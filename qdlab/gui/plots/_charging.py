"""How the film charges while a potential is held."""

from __future__ import annotations

import pyqtgraph as pg

from qdlab.gui.look import ChargingView
from qdlab.gui.plots._plot import Plot

MOD = 1e3


class ChargingPlot(Plot):
    """The band's absorbance against its first look, over the time the potential is held."""

    def __init__(self) -> None:
        super().__init__("Charging of the film", "time at the potential (s)", "ΔA of the 1S band (mOD)")
        self.item.addItem(self.coloured(pg.InfiniteLine(angle=0), 2, 1))
        self.line("absorbance", colour=4, width=2, symbol="o", symbolSize=4)

    def show(self, view: ChargingView) -> None:
        """Draw the looks taken so far."""
        self.say(view.where)
        self.lines["absorbance"].setData(view.time_s, MOD * view.absorbance)
