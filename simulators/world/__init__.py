"""The physical world of the virtual laboratory: no bytes, no instruments, only what is so."""

from simulators.world.cell import Cell
from simulators.world.motion import Motion
from simulators.world.options import (
    CellOptions,
    FibreOptions,
    FilmOptions,
    ProbeOptions,
    PumpOptions,
    StrictOptions,
    WorldOptions,
)
from simulators.world.sensor import Sensor
from simulators.world.world import ProbeLight, World

__all__ = [
    "Cell",
    "CellOptions",
    "FibreOptions",
    "FilmOptions",
    "Motion",
    "ProbeLight",
    "ProbeOptions",
    "PumpOptions",
    "Sensor",
    "StrictOptions",
    "World",
    "WorldOptions",
]
