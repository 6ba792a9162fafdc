"""What an instrument can do: small Protocols with units and limits. No hardware here."""

from qdlab.instruments._bench import Bench, Safety, Timing
from qdlab.instruments._chopper import Chopper, ReportsLock
from qdlab.instruments._delay_stage import DelayStage
from qdlab.instruments._instrument import Identity, Instrument
from qdlab.instruments._optics import Attenuator, PowerMeter, SampleHolder, Shutter
from qdlab.instruments._potentiostat import CellReading, Potentiostat, Staircase, SweepTrace
from qdlab.instruments._spectrometer import ScanBlock, Spectrometer
from qdlab.instruments._ta_detector import HasReference, ShotBlock, TADetector

__all__ = [
    "Attenuator",
    "Bench",
    "CellReading",
    "Chopper",
    "DelayStage",
    "HasReference",
    "Identity",
    "Instrument",
    "Potentiostat",
    "PowerMeter",
    "ReportsLock",
    "Safety",
    "SampleHolder",
    "ScanBlock",
    "ShotBlock",
    "Shutter",
    "Spectrometer",
    "Staircase",
    "SweepTrace",
    "TADetector",
    "Timing",
]
