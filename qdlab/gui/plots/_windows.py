"""The film's absorption with the windows of the reduction, which a person drags."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg

from qdlab.gui._style import Scheme
from qdlab.gui.plots._keys import bind_arrows
from qdlab.gui.plots._plot import Plot

WINDOWS = {"band_nm": ("1S band", 0), "pl_nm": ("PL", 3), "quiet_nm": ("quiet", 2)}
"""The windows of the choices: what they are called on the plot, and their colour."""

MOD = 1e3
SHOWN_NM = (450.0, 750.0)
STEP_NM = 0.5
"""How far an arrow key moves an edge."""
NARROW_NM = 1000.0
"""Height above the plot times width: a narrow window lies over a wide one."""

Window = tuple[float, float]


class WindowsPlot(Plot):
    """A0 over wavelength; `windows` are as dragged last, in nm.

    An edge is dragged, or chosen (up, down) and moved (left, right) by the arrow keys.
    """

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__("Absorption: drag the windows", "wavelength (nm)", "A0 (mOD)")
        self.windows: dict[str, Window] = {}
        self._moved = moved
        self._placing = False
        self._edges = [(name, end) for name in WINDOWS for end in (0, 1)]
        self._chosen = 0
        self.line("A0", colour=0, width=2)
        self.item.setXRange(*SHOWN_NM, padding=0)
        self.regions: dict[str, Any] = {}
        self._labels: list[Any] = []
        for k, (name, (words, _)) in enumerate(WINDOWS.items()):
            region = self.regions[name] = pg.LinearRegionItem(values=(0, 1), swapMode="block")
            label = pg.InfLineLabel(region.lines[0], words, position=0.94 - 0.1 * k, anchor=(0, 0))
            self._labels.append(label)
            region.sigRegionChanged.connect(partial(self._dragged, name))
            self.item.addItem(region)
        bind_arrows(self.view, self.move)

    def show(self, wavelengths_nm: Any, absorbance: Any) -> None:
        """Draw the absorption; nothing where the file has none."""
        seen = (wavelengths_nm >= SHOWN_NM[0]) & (wavelengths_nm <= SHOWN_NM[1]) & np.isfinite(absorbance)
        self.lines["A0"].setData(wavelengths_nm[seen], MOD * absorbance[seen])

    def put(self, windows: dict[str, Window]) -> None:
        """Show these windows."""
        self._placing = True
        for name, region in self.regions.items():
            self.windows[name] = (float(windows[name][0]), float(windows[name][1]))
            region.setRegion(self.windows[name])
            self._raise_narrow(name)
        self._placing = False

    def move(self, right: int, up: int) -> None:
        """Choose another edge, or move the chosen one; what the arrow keys do."""
        self._chosen = (self._chosen + up) % len(self._edges)
        name, end = self._edges[self._chosen]
        if right and name in self.windows:
            edges = list(self.windows[name])
            edges[end] += right * STEP_NM
            self.regions[name].setRegion(sorted(edges))
        self._say_chosen()

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        super().paint(scheme)
        for label, (_, colour) in zip(self._labels, WINDOWS.values(), strict=True):
            label.setColor(scheme.lines[colour])
        for name, (_, colour) in WINDOWS.items():
            brush = pg.mkColor(scheme.lines[colour])
            brush.setAlpha(45)
            self.regions[name].setBrush(pg.mkBrush(brush))
            for line in self.regions[name].lines:
                line.setPen(pg.mkPen(scheme.lines[colour], width=2))
                line.setHoverPen(pg.mkPen(scheme.lines[1], width=3))

    def _dragged(self, name: str, region: Any) -> None:
        if not self._placing:
            low, high = region.getRegion()
            self.windows[name] = (round(float(low), 2), round(float(high), 2))
            self._raise_narrow(name)
            self._moved()

    def _raise_narrow(self, name: str) -> None:
        """Lay a narrow window over a wide one, which would keep the mouse from its edges."""
        low, high = self.windows[name]
        self.regions[name].setZValue(NARROW_NM / max(high - low, STEP_NM))

    def _say_chosen(self) -> None:
        name, end = self._edges[self._chosen]
        if name in self.windows:
            self.say(f"{WINDOWS[name][0]} {('from', 'to')[end]} {self.windows[name][end]:g} nm")
