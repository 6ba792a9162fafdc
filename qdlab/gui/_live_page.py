"""The Live page: raw counts, dA of the last point, the growing map of the delay scan, the voltammogram."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from qdlab.gui._mailbox import DelayScan, Latest
from qdlab.gui._style import BLUE, DIVERGING, GREY, GROUND, LIGHT, ORANGE, RED
from qdlab.plan import Lab, TaPoint, Voltammogram

MOD = 1e3
UA = 1e6

Floats = NDArray[np.float64]


class LivePage:
    """Four plots that show what is latest; `widget` is the page. What has not changed is not drawn again."""

    def __init__(self) -> None:
        self.widget = pg.GraphicsLayoutWidget()
        self.widget.setBackground(GROUND)
        self._drawn = Latest()
        self.counts = _Counts(self.widget.addPlot(row=0, col=0))
        self.delta_a = _DeltaA(self.widget.addPlot(row=0, col=1))
        self.cv = _Cv(self.widget.addPlot(row=1, col=0))
        self.map = _Map(self.widget.addPlot(row=1, col=1))

    def show(self, latest: Latest) -> None:
        """Draw what is new."""
        drawn, self._drawn = self._drawn, latest
        if latest.lab is not None and latest.point is not None and latest.point is not drawn.point:
            wavelengths_nm = np.array(latest.lab.wavelengths_nm)
            self.counts.show(wavelengths_nm, latest.point, latest.lab)
            self.delta_a.show(wavelengths_nm, latest.point, latest.lab)
            if latest.scan is not None:
                self.map.show(wavelengths_nm, latest.scan)
        if latest.cv is not None and latest.cv is not drawn.cv:
            self.cv.show(latest.cv)


class _Counts:
    """Mean counts with and without the pump, the brightest shot of each pixel, and where the camera ends."""

    def __init__(self, plot: Any) -> None:
        _label(plot, "Camera, last point", "wavelength (nm)", "counts")
        plot.addLegend(offset=(-10, 10), labelTextColor="w")
        self._plot = plot
        self.brightest = plot.plot(pen=pg.mkPen(GREY), name="brightest shot")
        self.off = plot.plot(pen=pg.mkPen(BLUE, width=2), name="pump off")
        self.on = plot.plot(pen=pg.mkPen(ORANGE, width=1), name="pump on")
        self.saturation = pg.InfiniteLine(
            angle=0, pen=pg.mkPen(RED, width=2), label="saturation", labelOpts={"color": RED, "position": 0.1}
        )
        plot.addItem(self.saturation)

    def show(self, wavelengths_nm: Floats, point: TaPoint, lab: Lab) -> None:
        on = point.pump_on.astype(bool)
        self.off.setData(wavelengths_nm, point.shots[~on].mean(axis=0))
        self.on.setData(wavelengths_nm, point.shots[on].mean(axis=0))
        self.brightest.setData(wavelengths_nm, point.shots.max(axis=0).astype(np.float64))
        self.saturation.setValue(lab.saturation_counts)
        self._plot.setYRange(0, 1.08 * lab.saturation_counts, padding=0)


class _DeltaA:
    """dA of one point as first seen, with a band of one standard error to either side."""

    def __init__(self, plot: Any) -> None:
        _label(plot, "ΔA, last point", "wavelength (nm)", "ΔA (mOD)")
        plot.addLine(y=0, pen=pg.mkPen(GREY))
        self._plot = plot
        self.low, self.high = pg.PlotDataItem(), pg.PlotDataItem()
        self.band = pg.FillBetweenItem(self.low, self.high, brush=pg.mkBrush(86, 180, 233, 90))
        plot.addItem(self.band)
        self.value = plot.plot(pen=pg.mkPen(BLUE, width=2))

    def show(self, wavelengths_nm: Floats, point: TaPoint, lab: Lab) -> None:
        value, error = MOD * point.delta_a, MOD * point.delta_a_error
        seen = np.isfinite(value) & np.isfinite(error)
        x, value, error = wavelengths_nm[seen], value[seen], error[seen]
        self.low.setData(x, value - error)
        self.high.setData(x, value + error)
        self.value.setData(x, value)
        delay_ps = lab.delay_line.to_ps(point.position_mm)
        self._plot.setTitle(f"ΔA, last point: {delay_ps:.4g} ps, {point.measured_potential_v:+.3f} V")


class _Cv:
    """The voltammogram as the potentiostat buffered it."""

    def __init__(self, plot: Any) -> None:
        _label(plot, "Cyclic voltammogram", "potential (V)", "current (µA)")
        plot.addLine(y=0, pen=pg.mkPen(GREY))
        self.curve = plot.plot(pen=pg.mkPen(BLUE, width=2))

    def show(self, cv: Voltammogram) -> None:
        self.curve.setData(cv.potential_v, UA * cv.current_a)


class _Map:
    """dA over wavelength and delay, a row per delay in the order of the recipe, colours about zero."""

    def __init__(self, plot: Any) -> None:
        _label(plot, "ΔA map of this delay scan", "wavelength (nm)", "delay (ps)")
        self._plot = plot
        self.image = pg.ImageItem(axisOrder="row-major")
        plot.addItem(self.image)
        self.bar = pg.ColorBarItem(
            colorMap=pg.colormap.get(DIVERGING), interactive=False, width=14, label="mOD"
        )
        self.bar.setImageItem(self.image, insert_in=plot)

    def show(self, wavelengths_nm: Floats, scan: DelayScan) -> None:
        rows = MOD * scan.delta_a[:, _evenly(wavelengths_nm)]
        limit = _limit(rows)
        self.image.setImage(rows, autoLevels=False)
        low_nm, high_nm = float(wavelengths_nm.min()), float(wavelengths_nm.max())
        self.image.setRect(low_nm, -0.5, high_nm - low_nm, len(rows))
        self._plot.setRange(xRange=(low_nm, high_nm), yRange=(-0.5, len(rows) - 0.5), padding=0)
        self.bar.setLevels((-limit, limit))
        self._plot.getAxis("left").setTicks([_ticks(scan.delays_ps)])
        self._plot.setTitle("ΔA map: " + ", ".join(_in_words(*item) for item in scan.where))


def _evenly(wavelengths_nm: Floats) -> NDArray[np.intp]:
    """Return the pixels nearest to evenly spaced wavelengths, rising: an image has columns of equal width."""
    even_nm = np.linspace(wavelengths_nm.min(), wavelengths_nm.max(), wavelengths_nm.size)
    order = np.argsort(wavelengths_nm)
    middle = (wavelengths_nm[order][1:] + wavelengths_nm[order][:-1]) / 2.0
    return np.asarray(order[np.searchsorted(middle, even_nm)])


def _limit(rows: Floats) -> float:
    """Return the colour scale's end: nearly the largest |dA| seen, so that a stray pixel does not rule."""
    seen = np.abs(rows[np.isfinite(rows)])
    return max(float(np.percentile(seen, 99.5)), 1e-3) if seen.size else 1.0


def _ticks(delays_ps: tuple[float, ...], most: int = 12) -> list[tuple[int, str]]:
    every = -(-len(delays_ps) // most)
    return [(k, f"{delay_ps:g}") for k, delay_ps in enumerate(delays_ps) if k % every == 0]


def _in_words(axis: str, value: float) -> str:
    """Say a value of an outer axis."""
    match axis:
        case "potential_v":
            return f"{value:+.3f} V"
        case "fluence_cm2":
            return f"{value:.3g} photons/cm²"
        case _:
            return f"{axis} {value:g}"


def _label(plot: Any, title: str, bottom: str, left: str) -> None:
    plot.setTitle(title, color=LIGHT)
    for side, text in (("bottom", bottom), ("left", left)):
        axis = plot.getAxis(side)
        axis.enableAutoSIPrefix(False)  # the unit is in the words
        axis.setTextPen(LIGHT)
        plot.setLabel(side, text, color=LIGHT)
    plot.getAxis("left").setWidth(78)
