"""Actions with pump, probe, delay stage and camera."""

from __future__ import annotations

import logging

import numpy as np

from qdlab.instruments import ReportsLock, ShotBlock
from qdlab.plan import (
    MoveDelay,
    PumpPower,
    ReadPower,
    RunChopper,
    SetFluence,
    ShotSeries,
    TakeShots,
    TaPoint,
)
from qdlab.run._session import Session
from qdlab.run._views import power_seen, shots_seen
from qdlab.run.interlocks import ChopperSeen, StageSeen

log = logging.getLogger(__name__)

_GRACE_S = 10.0


def run_chopper(step: RunChopper, session: Session) -> None:
    """Start or stop the blade."""
    bench, chopper = session.bench, session.bench.chopper
    if not step.running:
        chopper.stop()
        return
    chopper.start()
    locked = chopper.locked if isinstance(chopper, ReportsLock) else None
    chopped_hz = bench.ta_detector.shot_rate_hz / chopper.divisor if bench.has("ta_detector") else None
    session.watch(ChopperSeen(chopped_hz, locked))


def set_fluence(step: SetFluence, session: Session) -> None:
    """Set the transmission that gives the fluence, by the bench's last calibration."""
    bench = session.bench
    bench.attenuator.set_transmission(step.fluence_cm2 / bench.pump_beam.full_fluence_cm2)


def read_power(step: ReadPower, session: Session) -> None:
    """Average some readings of the pump power."""
    meter, attenuator = session.bench.power_meter, session.bench.attenuator
    wavelength_nm = session.bench.pump_beam.wavelength_nm
    if meter.wavelength_nm != wavelength_nm:
        meter.set_wavelength(wavelength_nm)
    time_s = session.clock.now_s
    readings_w = np.array([meter.read_power_w() for _ in range(step.n_readings)])
    error_w = readings_w.std(ddof=1) / np.sqrt(step.n_readings) if step.n_readings > 1 else np.nan
    record = PumpPower(time_s, attenuator.transmission, float(readings_w.mean()), float(error_w))
    session.watch(power_seen(record, session.bench.pump_beam))
    session.emit(step.slot, record)


def start_delay(step: MoveDelay, session: Session) -> None:
    """Send the stage to the delay and return at once; nothing happens if it is on its way there."""
    _send(session.bench.delay_line.to_mm(step.delay_ps), session)


def move_delay(step: MoveDelay, session: Session) -> None:
    """Move the stage to the delay and wait until it stands."""
    _stand_at(session.bench.delay_line.to_mm(step.delay_ps), session)


def return_stage(session: Session) -> None:
    """Bring the stage back to where it last stood, if it has set off already.

    It arrives first: a controller may refuse to turn round on the way.
    """
    sent_mm, stood_mm = session.asked.sent_mm, session.asked.position_mm
    if sent_mm is not None and stood_mm is not None:
        _stand_at(sent_mm, session)
        _stand_at(stood_mm, session)


def _send(target_mm: float, session: Session) -> None:
    if session.asked.sent_mm != target_mm:
        session.bench.delay_stage.start_move(target_mm)
        session.asked.sent_mm = target_mm


def _stand_at(target_mm: float, session: Session) -> None:
    stage, asked = session.bench.delay_stage, session.asked
    here_mm = asked.position_mm
    distance_mm = stage.travel.high - stage.travel.low if here_mm is None else abs(target_mm - here_mm)
    _send(target_mm, session)
    stage.wait(timeout_s=2.0 * distance_mm / stage.velocity_mm_s + _GRACE_S)
    asked.sent_mm, asked.position_mm = None, stage.position_mm
    session.watch(StageSeen(asked.position_mm, target_mm))


def take_shots(step: TakeShots, session: Session) -> None:
    """Take camera shots and hand them on as the record their stream asks for.

    Once they are read, the stage may set off for the next point: what is done with them costs no light.
    """
    detector, stream = session.bench.ta_detector, session.plan.stream(step.slot.stream)
    time_s, (potential_v, current_a) = session.clock.now_s, session.cell()
    is_point = stream.record is TaPoint
    position_mm = session.bench.delay_stage.position_mm if is_point else np.nan
    detector.arm(step.n_shots)
    block = detector.read(timeout_s=2.0 * step.n_shots / detector.shot_rate_hz + _GRACE_S)
    session.ahead()
    session.watch(shots_seen(block, step.slot, stream, session.asked.light))
    block = _complete(block, step.n_shots)
    if is_point:
        session.emit(step.slot, _ta_point(time_s, position_mm, potential_v, current_a, block))
    else:
        session.emit(step.slot, ShotSeries(time_s, block.shots))


def _complete(block: ShotBlock, n_shots: int) -> ShotBlock:
    """Fill up with zeros, pulse number 0, for read-outs that never arrived: a record has its planned size."""
    missing = n_shots - len(block.sequence)
    if missing <= 0:
        return block
    log.warning("%d of %d read-outs did not arrive", missing, n_shots)
    return ShotBlock(
        np.pad(block.shots, ((0, missing), (0, 0))),
        np.pad(block.pump_on, (0, missing)),
        np.pad(block.sequence, (0, missing)),
    )


def _ta_point(
    time_s: float, position_mm: float, potential_v: float, current_a: float, block: ShotBlock
) -> TaPoint:
    """Return the point with its dA still unknown; the recorder computes the first look at it."""
    unknown = np.full(block.shots.shape[1], np.nan)
    return TaPoint(
        time_s, position_mm, potential_v, current_a, block.shots, block.pump_on, block.sequence,
        unknown, unknown,
    )  # fmt: skip
