"""Plots that draw views: each in a file of its own, each exports itself as PNG, SVG and CSV."""

from qdlab.gui.plots._charging import ChargingPlot
from qdlab.gui.plots._chirp import ChirpPlot
from qdlab.gui.plots._cuts import CutPlot, KineticsPlot
from qdlab.gui.plots._cv import CvPlot
from qdlab.gui.plots._delay_map import DelayMapPlot
from qdlab.gui.plots._pl import PlPlot
from qdlab.gui.plots._plot import Plot
from qdlab.gui.plots._point import CountsPlot, DeltaAPlot
from qdlab.gui.plots._series import SeriesPlot
from qdlab.gui.plots._thresholds import ThresholdsPlot
from qdlab.gui.plots._waterfall import WaterfallPlot
from qdlab.gui.plots._windows import WINDOWS, WindowsPlot

__all__ = [
    "WINDOWS",
    "ChargingPlot",
    "ChirpPlot",
    "CountsPlot",
    "CutPlot",
    "CvPlot",
    "DelayMapPlot",
    "DeltaAPlot",
    "KineticsPlot",
    "PlPlot",
    "Plot",
    "SeriesPlot",
    "ThresholdsPlot",
    "WaterfallPlot",
    "WindowsPlot",
]
