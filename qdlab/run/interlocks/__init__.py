"""What a run watches, one idea a file: limits, messages and what happens beyond them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qdlab.instruments import Safety
from qdlab.plan import Lab, Sample
from qdlab.run.interlocks._cell_charge import CellCharge
from qdlab.run.interlocks._cell_current import CellCurrent
from qdlab.run.interlocks._cell_potential import CellPotential
from qdlab.run.interlocks._chopper_lock import ChopperLock
from qdlab.run.interlocks._chopper_parity import ChopperParity
from qdlab.run.interlocks._chopper_rate import ChopperRate
from qdlab.run.interlocks._dark_level import DarkLevel
from qdlab.run.interlocks._film_at_rest import AbsorbanceAtRest, PlAtRest
from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._light_lost import LampLost, ProbeLost
from qdlab.run.interlocks._panel import Alarm, Panel
from qdlab.run.interlocks._pump_power import PumpDrift, PumpLost
from qdlab.run.interlocks._saturation import Saturation
from qdlab.run.interlocks._seen import (
    CellDisconnected,
    CellSeen,
    ChopperSeen,
    PowerSeen,
    Seen,
    ShotsSeen,
    SpectrumSeen,
    StageSeen,
)
from qdlab.run.interlocks._stage_position import StagePosition
from qdlab.run.interlocks._time_zero import TimeZero, TimeZeroDrift

__all__ = [
    "WELL",
    "Alarm",
    "CellCurrent",
    "CellDisconnected",
    "CellSeen",
    "ChopperSeen",
    "Interlock",
    "Panel",
    "PowerSeen",
    "Seen",
    "ShotsSeen",
    "SpectrumSeen",
    "StageSeen",
    "interlocks",
]


def interlocks(safety: Safety, lab: Lab, sample: Sample) -> Iterator[Interlock]:
    """Yield every interlock with its limit."""
    band, quiet = (_inside(lab.wavelengths_nm, window) for window in (sample.band_nm, sample.quiet_nm))
    fibre_band, fibre_quiet = (
        _inside(lab.spectrometer_nm, window) for window in (sample.band_nm, sample.quiet_nm)
    )
    yield CellCurrent(safety.current_a)
    yield CellCharge(safety.charge_c)
    yield CellPotential(safety.potential_error_v, lab.potential)
    yield StagePosition(safety.position_error_mm)
    yield ChopperRate(safety.chopper_rate_fraction, lab.pump_beam.pulse_rate_hz)
    yield ChopperLock(safety.chopper_lock_fraction)
    yield ChopperParity(safety.chopper_parity_fraction)
    yield Saturation(safety.saturated_fraction, lab.saturation_counts)
    yield DarkLevel(safety.dark_fraction, lab.saturation_counts, lab.spectrometer_saturation_counts)
    yield ProbeLost(safety.probe_fraction, lab.saturation_counts)
    yield LampLost(safety.lamp_fraction, lab.spectrometer_saturation_counts)
    yield PumpLost(safety.pump_fraction)
    yield PumpDrift(safety.pump_drift_fraction)
    if band.any() and quiet.any():
        yield TimeZero(safety.time_zero_ps, band, quiet)
        yield TimeZeroDrift(safety.time_zero_drift_ps, band, quiet)
    if fibre_band.any() and fibre_quiet.any():
        yield AbsorbanceAtRest(safety.rest_absorbance, fibre_band, fibre_quiet)
        yield PlAtRest(safety.rest_pl_fraction, fibre_band)


def _inside(wavelengths_nm: tuple[float, ...], window_nm: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which pixels lie in a window."""
    axis_nm = np.array(wavelengths_nm)
    return np.asarray((axis_nm >= window_nm[0]) & (axis_nm <= window_nm[1]))
