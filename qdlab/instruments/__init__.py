"""What an instrument can do: small Protocols with units and limits. No hardware here."""

from qdlab.instruments._bench import SINGLE_ROLES, Bench, Timing
from qdlab.instruments._buffered_transport import BufferedTransport
from qdlab.instruments._by_hand import BY_HAND, HolderByHand, SelectorByHand
from qdlab.instruments._chopper import Chopper, ReportsLock
from qdlab.instruments._delay_stage import DelayStage
from qdlab.instruments._instrument import Identity, Instrument
from qdlab.instruments._optics import Attenuator, PowerMeter, ProbeSelector, SampleHolder, Shutter
from qdlab.instruments._potentiostat import CellReading, Potentiostat, Staircase, SweepTrace
from qdlab.instruments._safety import Action, Safety
from qdlab.instruments._settings import settings
from qdlab.instruments._spectrometer import ScanBlock, Spectrometer
from qdlab.instruments._ta_detector import HasReference, ShotBlock, TADetector
from qdlab.instruments._ta_scanner import ScanMap, TAScanner
from qdlab.instruments._transport import Connect, LineSettings, Surroundings, Transport

__all__ = [
    "BY_HAND",
    "SINGLE_ROLES",
    "Action",
    "Attenuator",
    "Bench",
    "BufferedTransport",
    "CellReading",
    "Chopper",
    "Connect",
    "DelayStage",
    "HasReference",
    "HolderByHand",
    "Identity",
    "Instrument",
    "LineSettings",
    "Potentiostat",
    "PowerMeter",
    "ProbeSelector",
    "ReportsLock",
    "Safety",
    "SampleHolder",
    "ScanBlock",
    "ScanMap",
    "SelectorByHand",
    "ShotBlock",
    "Shutter",
    "Spectrometer",
    "Staircase",
    "Surroundings",
    "SweepTrace",
    "TADetector",
    "TAScanner",
    "Timing",
    "Transport",
    "settings",
]
