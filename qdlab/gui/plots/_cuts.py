"""Cuts through a map: the spectrum at one delay, and the kinetics at one wavelength."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from qdlab.gui.look import A_STAR, MapView, Quantity, kinetics_at, spectrum_at
from qdlab.gui.plots._plot import Plot

MOD = 1e3


class CutPlot(Plot):
    """The spectrum at one delay after the time zero of each colour."""

    def __init__(self, quantity: Quantity) -> None:
        super().__init__(title_of(quantity), "wavelength (nm)", f"{quantity} (mOD)")
        self._quantity = quantity
        self._telling_nm: tuple[float, float] | None = None
        self.item.setAutoVisible(y=True)
        self.item.addItem(self.coloured(pg.InfiniteLine(angle=0), 2, 1))
        self.line("cut", colour=4, width=2)

    def show(self, view: MapView, delay_ps: float) -> None:
        """Draw the cut through a map, which may be of another quantity than the last one."""
        if view.quantity != self._quantity:
            self._quantity = view.quantity
            self.entitle(title_of(view.quantity))
            self.item.setLabel("left", f"{view.quantity} (mOD)")
        if view.telling_nm != self._telling_nm:
            self._telling_nm = view.telling_nm
            self._show_wavelengths()
        after_zero = " after zero" if view.t0_ps is not None else ", chirped"
        self.say(f"{delay_ps:.3g} ps{after_zero}")
        order = np.argsort(view.wavelengths_nm)
        spectrum = MOD * spectrum_at(view, delay_ps)[order]
        self.lines["cut"].setData(view.wavelengths_nm[order], spectrum, connect="finite")

    def _show_wavelengths(self) -> None:
        """Show those that tell; a person may zoom out to all of them."""
        if self._telling_nm is None:
            self.item.enableAutoRange("x")
        else:
            self.item.setXRange(*self._telling_nm, padding=0)


def title_of(quantity: Quantity) -> str:
    """Return what a cut is called; of A*, how gain is told."""
    return "A* cut: gain below zero" if quantity == A_STAR else f"{quantity} cut"


class KineticsPlot(Plot):
    """A map over time at one wavelength: linear about time zero, logarithmic beyond."""

    def __init__(self) -> None:
        super().__init__("Kinetics", "delay (ps)", "ΔA (mOD)")
        self.item.addItem(self.coloured(pg.InfiniteLine(angle=0), 2, 1))
        self.line("kinetics", colour=4, width=2, symbol="o", symbolSize=5)
        self._delays = np.array([])

    def show(self, view: MapView, wavelength_nm: float) -> None:
        """Draw the kinetics at a wavelength."""
        self.say(f"{wavelength_nm:.0f} nm")
        delays_ps, values = kinetics_at(view, wavelength_nm)
        self._delays = delays_ps
        self.lines["kinetics"].setData(symlog(delays_ps), MOD * values, connect="finite")
        self.item.getAxis("bottom").setTicks([symlog_ticks(delays_ps)])

    def table(self) -> dict[str, np.ndarray]:
        """Return delays as delays, not as they are spaced on the axis."""
        _, values = self.lines["kinetics"].getData()
        return {} if values is None else {"delay (ps)": self._delays, self._words("left"): values}


def symlog(delays_ps: np.ndarray) -> np.ndarray:
    """Return places on an axis that is linear up to 1 ps and logarithmic beyond."""
    return np.asarray(np.sign(delays_ps) * np.log10(1.0 + np.abs(delays_ps) * 9.0))


def symlog_ticks(delays_ps: np.ndarray) -> list[tuple[float, str]]:
    """Return ticks for the decades that are reached."""
    if not delays_ps.size:
        return []
    values = [0.0, *(sign * 10.0**k for k in range(5) for sign in (-1, 1))]
    low, high = delays_ps.min(), delays_ps.max()
    kept = [value for value in values if low <= value <= high] or [float(low)]
    return [(float(symlog(np.array(value))), f"{value:g}") for value in kept]
