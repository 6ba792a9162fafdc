"""The scale beside a map: its two ends and zero, in mOD."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.plots._colours import Colours

MOD = 1e3
_NEARLY = 0.95
"""Where the ends are written, so that the words stay inside."""


class ColourBar:
    """Put beside a plot; each sign has a scale of its own."""

    def __init__(self, plot_item: Any) -> None:
        self.bar = pg.ColorBarItem(values=(-1, 1), interactive=False, width=12)
        self.bar.axis.setWidth(54)
        self.bar.axis.setStyle(hideOverlappingLabels=False)
        self.bar.axis.setTicks([[]])
        plot_item.layout.addItem(self.bar, 2, 5)

    def say_limits(self, low: float, high: float) -> None:
        """Write the ends of the scale, which are given as absorbance."""
        words = [(-_NEARLY, f"{MOD * low:+.3g}"), (0, "0"), (_NEARLY, f"{MOD * high:+.3g}")]
        self.bar.axis.setTicks([words])

    def clear(self) -> None:
        """Forget the ends of the scale."""
        self.bar.axis.setTicks([[]])

    def paint(self, scheme: Scheme, colours: Colours) -> None:
        """Take the colours of a scheme."""
        self.bar.setColorMap(pg.ColorMap(np.linspace(0.0, 1.0, len(colours) - 1), colours[1:]))
        self.bar.axis.setPen(scheme.muted)
        self.bar.axis.setTextPen(scheme.text)
