"""What a window shows of a run, worked out without Qt: from records and steps to arrays to draw.

These are first looks while a run goes on. Results come from `qdlab.analysis.reduce`, which starts again from
the raw data.
"""

from qdlab.gui.look._colours import MISSING, ZERO, colour_numbers, even_limits, gain_limits
from qdlab.gui.look._counting import counting_of
from qdlab.gui.look._cuts import delay_of, evenly, kinetics_at, rows_of, spectrum_at
from qdlab.gui.look._film import FilmLook
from qdlab.gui.look._pump_probe import PumpProbeLook
from qdlab.gui.look._second_look import SecondLook
from qdlab.gui.look._seen import Seen
from qdlab.gui.look._situation import Situation
from qdlab.gui.look._table import Table, map_table, write_csv
from qdlab.gui.look._tiles import Tile, charging_tile, gain_tile, safety_tile, working_tile
from qdlab.gui.look._views import (
    A_STAR,
    DA,
    ChargingView,
    CountingView,
    CvView,
    MapView,
    PlView,
    PointView,
    Quantity,
    SeriesView,
    SpectraView,
    ThresholdsView,
    potential_in_words,
)

__all__ = [
    "A_STAR",
    "DA",
    "MISSING",
    "ZERO",
    "ChargingView",
    "CountingView",
    "CvView",
    "FilmLook",
    "MapView",
    "PlView",
    "PointView",
    "PumpProbeLook",
    "Quantity",
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
    "counting_of",
    "delay_of",
    "even_limits",
    "evenly",
    "gain_limits",
    "gain_tile",
    "kinetics_at",
    "map_table",
    "potential_in_words",
    "rows_of",
    "safety_tile",
    "spectrum_at",
    "working_tile",
    "write_csv",
]
