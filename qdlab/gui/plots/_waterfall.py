"""Spectroelectrochemistry as a waterfall: a row for each spectrum, the latest at the bottom."""

from __future__ import annotations

import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.look import SpectraView, Table, colour_numbers, even_limits
from qdlab.gui.plots._colour_bar import ColourBar
from qdlab.gui.plots._colours import diverging
from qdlab.gui.plots._plot import Plot


class WaterfallPlot(Plot):
    """dA_SEC over wavelength, row by row as the potential changes; colours about zero."""

    def __init__(self) -> None:
        super().__init__("ΔA by charging (mOD)", "wavelength (nm)", "potential (V)")
        self.image = pg.ImageItem(axisOrder="row-major")
        self.item.addItem(self.image)
        self.item.invertY(True)
        self.bar = ColourBar(self.item)
        self.item.getAxis("left").setTicks([[]])
        self.shown: SpectraView | None = None

    def show(self, view: SpectraView) -> None:
        """Draw all rows."""
        self.shown = view
        low, high = even_limits(view.values)
        self.image.setImage(colour_numbers(view.values, low, high), autoLevels=False, levels=(0, 255))
        first_nm, last_nm = float(view.wavelengths_nm[0]), float(view.wavelengths_nm[-1])
        n_rows = len(view.values)
        self.image.setRect(first_nm, -0.5, last_nm - first_nm, n_rows)
        self.item.setRange(xRange=(first_nm, last_nm), yRange=(-0.5, n_rows - 0.5), padding=0)
        every = -(-n_rows // 8)
        ticks = [(k, f"{volt:+.2f}") for k, volt in enumerate(view.potentials_v) if k % every == 0]
        self.item.getAxis("left").setTicks([ticks])
        self.bar.say_limits(low, high)

    def clear(self) -> None:
        """Forget all rows."""
        super().clear()
        self.shown = None
        self.image.clear()
        self.item.getAxis("left").setTicks([[]])
        self.bar.clear()

    def table(self) -> Table:
        """Return a column for each spectrum."""
        if self.shown is None:
            return {}
        rows = zip(self.shown.potentials_v, self.shown.values, strict=True)
        columns = {f"{k}: ΔA at {volt:+.4f} V": row for k, (volt, row) in enumerate(rows)}
        return {"wavelength (nm)": self.shown.wavelengths_nm, **columns}

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        colours = diverging(scheme)
        self.image.setLookupTable(colours)
        self.bar.paint(scheme, colours)
