"""The last camera point: raw counts with the level at which the camera is full, and dA with its error."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.look import PointView
from qdlab.gui.plots._plot import Plot

MOD = 1e3


class CountsPlot(Plot):
    """Mean counts without and with the pump, the brightest shot of each pixel, and where the camera ends."""

    def __init__(self) -> None:
        super().__init__("Camera, raw counts", "wavelength (nm)", "counts")
        self.item.addLegend(offset=(8, -4))
        self.line("brightest shot", colour=2, width=1)
        self.line("pump off", colour=0, width=2)
        self.line("pump on", colour=1, width=1)
        self.saturation = pg.InfiniteLine(
            angle=0, label="saturation {value:.0f}", labelOpts={"position": 0.15, "anchors": [(0, 1), (0, 1)]}
        )
        self.item.addItem(self.saturation)
        self.saturation.hide()

    def show(self, view: PointView) -> None:
        """Draw a point."""
        self.say(view.where)
        for name, counts in (
            ("brightest shot", view.brightest),
            ("pump off", view.pump_off),
            ("pump on", view.pump_on),
        ):
            self.lines[name].setData(view.wavelengths_nm, counts)
        self.saturation.show()
        if self.saturation.value() != view.saturation_counts:
            self.saturation.setValue(view.saturation_counts)
            self.item.setYRange(0, 1.12 * view.saturation_counts, padding=0)

    def clear(self) -> None:
        """Forget the point; of another camera the level may be another one."""
        super().clear()
        self.saturation.hide()

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        self.saturation.setPen(pg.mkPen("#ff5555", width=2))
        self.saturation.label.setColor("#ff5555")


class DeltaAPlot(Plot):
    """dA of one point as first seen, with a band of one standard error to either side."""

    def __init__(self) -> None:
        super().__init__("ΔA of the last point", "wavelength (nm)", "ΔA (mOD)")
        self.item.addItem(self.coloured(pg.InfiniteLine(angle=0), 2, 1))
        self.line("ΔA − error", colour=2, width=0.5)
        self.line("ΔA + error", colour=2, width=0.5)
        self.band = pg.FillBetweenItem(self.lines["ΔA − error"], self.lines["ΔA + error"])
        self.item.addItem(self.band)
        self.line("ΔA", colour=0, width=2)

    def show(self, view: PointView) -> None:
        """Draw a point."""
        self.say(view.where)
        value, error = MOD * view.delta_a, MOD * view.delta_a_error
        seen = np.isfinite(value) & np.isfinite(error)
        x, value, error = view.wavelengths_nm[seen], value[seen], error[seen]
        self.lines["ΔA − error"].setData(x, value - error)
        self.lines["ΔA + error"].setData(x, value + error)
        self.lines["ΔA"].setData(x, value)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        colour = pg.mkColor(scheme.lines[0])
        colour.setAlpha(70)
        self.band.setBrush(pg.mkBrush(colour))
        for edge in ("ΔA − error", "ΔA + error"):
            self.lines[edge].setPen(None)
