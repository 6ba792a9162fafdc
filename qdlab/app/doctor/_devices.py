"""Checks of what moves and switches: cell, shutters, delay stage, attenuator, sample holder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qdlab.app.doctor._finding import Check, Finding
from qdlab.errors import LimitError
from qdlab.instruments import Bench
from qdlab.plan import MoveDelay, Plan

_STAGE_TOLERANCE_MM = 0.003
"""20 fs for a retro-reflector: well below any instrument response."""
_GRACE_S = 10.0
_TRANSMISSION_SHARE = 0.1
_TRANSMISSION_TOLERANCE = 0.03


def _cell(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    potentiostat, window = bench.potentiostat, bench.potentiostat.potential_range
    off = not potentiostat.cell_on
    yield Finding("cell is off", off, "off" if off else "ON", "switch the cell off at the instrument")
    if not off:
        return
    rest_v = potentiostat.open_circuit_potential_v()
    yield Finding(
        "cell rests within the window",
        rest_v in window,
        f"{rest_v:+.3f} V at open circuit; window {window}",
        "are all three electrodes connected? Else widen the potential limits in the bench file",
    )
    yield _refusal(bench, rest_v)


def _refusal(bench: Bench, rest_v: float) -> Finding:
    """Ask for a potential outside the window; with the cell off this harms nothing if it is taken."""
    potentiostat, window = bench.potentiostat, bench.potentiostat.potential_range
    asked_v, refused = window.high + 1.0, False
    try:
        potentiostat.hold(asked_v)
        potentiostat.hold(min(max(rest_v, window.low), window.high))
    except LimitError:
        refused = True
    found = f"{asked_v:+.1f} V {'refused' if refused else 'TAKEN'}"
    return Finding("potentiostat keeps the window", refused, found, "do not use this driver; report it")


def _shutter(path: str, bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    shutter, seen = bench.shutters[path], []
    for is_open in (True, False):
        shutter.set_open(is_open)
        seen.append("open" if shutter.is_open else "closed")
    yield Finding(
        f"{shutter.name} reads back",
        seen == ["open", "closed"],
        f"told to open: {seen[0]}; told to close: {seen[1]}",
        "check its power, interlock and position switch",
    )


def _stage(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    delays_ps = sorted({step.delay_ps for step in plan or () if isinstance(step, MoveDelay)} | {0.0})
    reach = bench.describe().delay
    for delay_ps in dict.fromkeys((delays_ps[0], delays_ps[-1], 0.0)):
        what = f"delay_stage reaches {delay_ps:g} ps"
        if delay_ps in reach:
            yield _moved(what, bench, bench.delay_line.to_mm(delay_ps))
        else:
            advice = "shift zero_mm, take more passes or a longer stage, or leave that delay out"
            yield Finding(what, False, f"its travel is {reach}", advice)


def _moved(what: str, bench: Bench, target_mm: float) -> Finding:
    stage = bench.delay_stage
    away_mm = abs(target_mm - stage.position_mm)
    stage.start_move(target_mm)
    stage.wait(2.0 * away_mm / stage.velocity_mm_s + _GRACE_S)
    off_mm = stage.position_mm - target_mm
    return Finding(
        what,
        abs(off_mm) <= _STAGE_TOLERANCE_MM,
        f"at {target_mm:.3f} mm to {off_mm * 1e3:+z.1f} µm",
        "home it; check that nothing blocks it",
    )


def _attenuator(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    attenuator, limits = bench.attenuator, bench.attenuator.transmission_range
    asked = max(limits.low, _TRANSMISSION_SHARE * limits.high)
    attenuator.set_transmission(asked)
    got = attenuator.transmission
    attenuator.set_transmission(limits.low)
    yield Finding(
        "attenuator reads back",
        abs(got / asked - 1.0) <= _TRANSMISSION_TOLERANCE,
        f"asked for {asked:.4g}, is at {got:.4g}; range {limits}",
        "home it; calibrate it again",
    )


def _holder(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    position = bench.sample_holder.position
    yield Finding("film is in the beam", position == "film", position, "put the film into the beam")


DEVICES = (
    Check("cell", ("potentiostat",), _cell),
    Check("lamp_shutter reads back", ("lamp_shutter",), partial(_shutter, "lamp")),
    Check("excitation_shutter reads back", ("excitation_shutter",), partial(_shutter, "excitation")),
    # an attenuator that does not answer may let all of the pump through
    Check("pump_shutter reads back", ("pump_shutter", "attenuator"), partial(_shutter, "pump")),
    Check("probe_shutter reads back", ("probe_shutter",), partial(_shutter, "probe")),
    Check("delay_stage moves", ("delay_stage",), _stage),
    Check("attenuator reads back", ("attenuator",), _attenuator),
    Check("film is in the beam", ("sample_holder",), _holder),
)
