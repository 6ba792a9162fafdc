"""The steps an experiment is made of: small frozen facts, no instrument in them.

A step says what is to be true or measured; qdlab.run knows how. `describe` is what a person reads meanwhile.
"""

from qdlab.plan._steps._base import Choose, Remark, Step
from qdlab.plan._steps._electrode import CellOff, CyclePotential, HoldPotential, Settle
from qdlab.plan._steps._light import (
    DARK,
    LIGHT_PATHS,
    Light,
    ProbeBeam,
    ReadSpectrum,
    SamplePosition,
    SelectProbe,
    SelectSample,
    SetLight,
)
from qdlab.plan._steps._pump_probe import MoveDelay, ReadPower, RunChopper, ScanDelays, SetFluence, TakeShots

__all__ = [
    "DARK",
    "LIGHT_PATHS",
    "CellOff",
    "Choose",
    "CyclePotential",
    "HoldPotential",
    "Light",
    "MoveDelay",
    "ProbeBeam",
    "ReadPower",
    "ReadSpectrum",
    "Remark",
    "RunChopper",
    "SamplePosition",
    "ScanDelays",
    "SelectProbe",
    "SelectSample",
    "SetFluence",
    "SetLight",
    "Settle",
    "Step",
    "TakeShots",
]
