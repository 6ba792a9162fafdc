"""Records as interlocks see them: the same for those just taken and for those of an earlier session."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qdlab.plan import (
    DARK,
    Light,
    Plan,
    PumpBeam,
    PumpPower,
    ReadPower,
    ReadSpectrum,
    Record,
    SamplePosition,
    ShotSeries,
    Slot,
    Spectrum,
    Step,
    Stream,
    TakeShots,
    TaPoint,
)
from qdlab.run.interlocks import PowerSeen, Seen, ShotsSeen, SpectrumSeen

TIME_ZERO_AXIS = "time_zero_ps"
"""The axis that makes a stream of points a scan about time zero."""

PUMP_PROBE: Light = frozenset({"pump", "probe"})

REST_WIDTH_V = 0.05
"""A film is neutral from so far below its open-circuit potential upwards."""


class Shots(Protocol):
    """What a block of shots and a record of a point have in common."""

    @property
    def shots(self) -> NDArray[np.uint16]:
        """Counts [shot, pixel]."""

    @property
    def pump_on(self) -> NDArray[np.bool_]:
        """Pump tags [shot]."""

    @property
    def sequence(self) -> NDArray[np.uint64]:
        """Pulse numbers [shot]."""


def shots_seen(taken: Shots, slot: Slot, stream: Stream, light: Light) -> ShotsSeen:
    """Return a block of shots with what it was taken for."""
    delay_ps, ends_scan = None, False
    if scans_time_zero(stream):
        values = stream.axes[-1].values
        delay_ps, ends_scan = values[slot.index[-1]], slot.index[-1] == len(values) - 1
    is_point = stream.record is TaPoint
    return ShotsSeen(taken.shots, taken.pump_on, taken.sequence, light, is_point, delay_ps, ends_scan)


def scans_time_zero(stream: Stream) -> bool:
    """Whether a stream's points are a scan about time zero."""
    return bool(stream.axes) and stream.axes[-1].name == TIME_ZERO_AXIS


def power_seen(record: PumpPower, beam: PumpBeam) -> PowerSeen:
    """Return a pump power with what the calibration promises."""
    promised_w = beam.power_w(record.transmission * beam.full_fluence_cm2)
    error_w = 0.0 if math.isnan(record.power_error_w) else record.power_error_w
    return PowerSeen(record.power_w, error_w, record.transmission, promised_w)


def spectrum_seen(
    record: Spectrum, step: ReadSpectrum, plan: Plan, sample: SamplePosition | None, potential_v: float
) -> SpectrumSeen:
    """Return a spectrum; `potential_v` is the film's, NaN if it is not known, which counts as rest."""
    at_rest = not potential_v < plan.sample.open_circuit_v - REST_WIDTH_V
    return SpectrumSeen(record.counts, step.integration_s, step.light, sample, at_rest)


def is_compared(step: Step, plan: Plan) -> bool:
    """Whether interlocks hold later readings against what a step measured."""
    if isinstance(step, TakeShots):
        stream = plan.stream(step.slot.stream)
        return stream.record is ShotSeries or scans_time_zero(stream)
    return isinstance(step, ReadPower | ReadSpectrum)


def seen_again(
    step: Step, slot: Slot, record: Record, plan: Plan, beam: PumpBeam, sample: SamplePosition | None
) -> Seen | None:
    """Return a record of an earlier session as interlocks saw it when it was taken; None if none does."""
    match record:
        case PumpPower():
            return power_seen(record, beam)
        case Spectrum() if isinstance(step, ReadSpectrum):
            return spectrum_seen(record, step, plan, sample, record.measured_potential_v)
        case ShotSeries():
            none = np.empty(0, dtype=np.uint64)
            return ShotsSeen(record.shots, none.astype(np.bool_), none, DARK, tags_matter=False)
        case TaPoint() if scans_time_zero(plan.stream(slot.stream)):
            return shots_seen(record, slot, plan.stream(slot.stream), PUMP_PROBE)
        case _:
            return None
