"""Wire faces: instruments of the virtual laboratory that answer bytes, as their manuals say."""

from simulators.wires._faulty import FaultyWire, LineFault
from simulators.wires._line import SimulatedLine
from simulators.wires._wire import Wire

__all__ = ["FaultyWire", "LineFault", "SimulatedLine", "Wire"]
