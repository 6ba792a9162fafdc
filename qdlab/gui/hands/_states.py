"""What an instrument says of itself, in a few words; asked only while no run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdlab.instruments import Bench, ReportsLock

UA = 1e6
_POWERS = (("W", 1.0), ("mW", 1e3), ("µW", 1e6), ("nW", 1e9))


def state_of(bench: Bench, role: str, instrument: Any) -> str:
    """Ask an open instrument for its state; raises what it raises."""
    say = _SAYINGS.get(role, _shutter if role.endswith("_shutter") else _open)
    return say(bench, instrument)


def _open(bench: Bench, instrument: Any) -> str:
    return "connected"


def _shutter(bench: Bench, shutter: Any) -> str:
    return "OPEN" if shutter.is_open else "closed"


def _potentiostat(bench: Bench, potentiostat: Any) -> str:
    if not potentiostat.cell_on:
        return f"cell off, rests at {potentiostat.open_circuit_potential_v():+.3f} V"
    reading = potentiostat.measure()
    overload = ", OVERLOAD" if reading.overload else ""
    return f"cell ON, {reading.potential_v:+.3f} V, {UA * reading.current_a:+.2f} µA{overload}"


def _stage(bench: Bench, stage: Any) -> str:
    position_mm = stage.position_mm
    moving = "MOVING" if stage.moving else "stands"
    return f"{moving} at {bench.delay_line.to_ps(position_mm):.3f} ps ({position_mm:.4f} mm)"


def _chopper(bench: Bench, chopper: Any) -> str:
    if not isinstance(chopper, ReportsLock):
        return "connected; cannot tell its lock"
    return "turns, locked" if chopper.locked else "not locked"


def _detector(bench: Bench, detector: Any) -> str:
    return f"{detector.wavelengths_nm.size} pixels, {detector.shot_rate_hz:g} shots/s"


def _spectrometer(bench: Bench, spectrometer: Any) -> str:
    return f"{spectrometer.wavelengths_nm.size} pixels, {1e3 * spectrometer.integration_s:g} ms"


def _attenuator(bench: Bench, attenuator: Any) -> str:
    transmission = attenuator.transmission
    return (
        f"transmission {transmission:.4g}: {transmission * bench.pump_beam.full_fluence_cm2:.3g} photons/cm²"
    )


def _meter(bench: Bench, meter: Any) -> str:
    power_w = meter.read_power_w()
    return f"{_power(power_w)}: {bench.pump_beam.fluence_cm2(power_w):.3g} photons/cm²"


def _power(power_w: float) -> str:
    """Write a power in the unit in which it is a number of a few digits."""
    unit, factor = next(((unit, one) for unit, one in _POWERS if abs(power_w) * one >= 1.0), _POWERS[-1])
    return f"{factor * power_w:.3g} {unit}"


def _holder(bench: Bench, holder: Any) -> str:
    return f"{holder.position} in the beam"


def _selector(bench: Bench, selector: Any) -> str:
    return f"{selector.beam} probe into the camera"


_SAYINGS: dict[str, Callable[[Bench, Any], str]] = {
    "potentiostat": _potentiostat,
    "delay_stage": _stage,
    "chopper": _chopper,
    "ta_detector": _detector,
    "spectrometer": _spectrometer,
    "attenuator": _attenuator,
    "power_meter": _meter,
    "sample_holder": _holder,
    "probe_selector": _selector,
}
