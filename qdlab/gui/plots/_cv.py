"""The voltammogram with electrons per dot on the right axis."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.look import CvView
from qdlab.gui.plots._plot import Plot

UA = 1e6
N_1S = "n(1S)"


class CvPlot(Plot):
    """Current over potential as the potentiostat buffered it, and n_1S from the spectra along the sweep."""

    def __init__(self) -> None:
        super().__init__("Cyclic voltammogram and electrons per dot", "potential (V)", "current (µA)")
        self.item.addItem(self.coloured(pg.InfiniteLine(angle=0), 2, 1))
        self.line("current", colour=0, width=1.5)
        self._right = pg.ViewBox()
        self.item.showAxis("right")
        self.item.scene().addItem(self._right)
        self.item.getAxis("right").linkToView(self._right)
        self.item.getAxis("right").setLabel("electrons per dot n(1S)")
        self._right.setXLink(self.item)
        self._right.setYRange(-0.1, 2.3)
        self.electrons = pg.PlotDataItem(symbol="o", symbolSize=5)
        self._right.addItem(self.electrons)
        self.lines[N_1S] = self.electrons
        self.coloured(self.electrons, 1, 1)
        self.item.vb.sigResized.connect(self._resize)

    def show(self, view: CvView) -> None:
        """Draw current and electrons."""
        self.lines["current"].setData(view.potential_v, UA * view.current_a)
        known = np.isfinite(view.n_1s)
        self.electrons.setData(view.n_1s_potential_v[known], view.n_1s[known])

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        self.item.getAxis("left").setTextPen(scheme.lines[0])
        self.item.getAxis("right").setTextPen(scheme.lines[1])
        self.electrons.setSymbolBrush(scheme.lines[1])
        self.electrons.setSymbolPen(None)

    def _resize(self) -> None:
        self._right.setGeometry(self.item.vb.sceneBoundingRect())
        self._right.linkedViewChanged(self.item.vb, self._right.XAxis)
