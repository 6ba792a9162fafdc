"""What a window shows of a run, worked out without Qt: from records and steps to arrays to draw.

These are first looks while a run goes on. Results come from `qdlab.analysis.reduce`, which starts again from
the raw data.
"""

from qdlab.gui.look._colours import MISSING, ZERO, colour_numbers, even_limits, gain_limits
from qdlab.gui.look._cuts import delay_of, evenly, kinetics_at, rows_of, spectrum_at
from qdlab.gui.look._film import FilmLook
from qdlab.gui.look._pump_probe import PumpProbeLook
from qdlab.gui.look._second_look import SecondLook, Seen
from qdlab.gui.look._situation import Situation
from qdlab.gui.look._table import Table, map_table, write_csv
from qdlab.gui.look._tiles import Tile, charging_tile, gain_tile, safety_tile, working_tile
from qdlab.gui.look._views import (
    ChargingView,
    CvView,
    MapView,
    PlView,
    PointView,
    SeriesView,
    SpectraView,
    ThresholdsView,
)

__all__ = [
    "MISSING",
    "ZERO",
    "ChargingView",
    "CvView",
    "FilmLook",
    "MapView",
    "PlView",
    "PointView",
    "PumpProbeLook",
    "SecondLook",
    "Seen",
    "SeriesView",
    "Situation",
    "SpectraView",
    "Table",
    "ThresholdsView",
    "Tile",
    "charging_tile",
    "colour_numbers",
    "delay_of",
    "even_limits",
    "evenly",
    "gain_limits",
    "gain_tile",
    "kinetics_at",
    "map_table",
    "rows_of",
    "safety_tile",
    "spectrum_at",
    "working_tile",
    "write_csv",
]
