"""Checks with light: dark levels, brightness and saturation, the chopper as the data show it, pump power."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qdlab.app.doctor._finding import SHUTTERS, Check, Finding, light_only
from qdlab.instruments import Bench, ReportsLock, ShotBlock
from qdlab.plan import Plan, ReadSpectrum

_N_SHOTS = 200
_N_SCANS = 10
_N_READINGS = 3
_INTEGRATION_S = 0.01
_GRACE_S = 10.0
_DARK_SHARE = 0.2
"""Of saturation: a dark level above this leaves too little for the light."""
_LIT_SHARE = 0.05
"""Of saturation: the brightest pixel must rise this much above the dark, or there is hardly any light."""
_RATE_TOLERANCE = 0.01
_POWER_FACTOR = 2.0
_TRANSMISSION_SHARE = 0.1


def _camera(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    level = bench.ta_detector.saturation_counts
    light_only(bench)
    dark = _take(bench).shots
    yield _dark("ta_detector", dark, level)
    light_only(bench, "probe")
    lit = _take(bench).shots
    light_only(bench)
    yield from _lit("probe on ta_detector", dark, lit, level, bench.safety.saturated_fraction)


def _spectrometer(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    meter, limits = bench.spectrometer, bench.spectrometer.integration_range
    wanted_s = [step.integration_s for step in plan or () if isinstance(step, ReadSpectrum)]
    meter.set_integration(min(max(wanted_s[0] if wanted_s else _INTEGRATION_S, limits.low), limits.high))
    counts = {}
    for light in ("", "lamp", "excitation"):
        light_only(bench, light)
        counts[light] = meter.read(_N_SCANS).counts
    light_only(bench)
    level, most = meter.saturation_counts, bench.safety.saturated_fraction
    yield _dark("spectrometer", counts[""], level)
    for light in ("lamp", "excitation"):
        yield from _lit(f"{light} on spectrometer", counts[""], counts[light], level, most)


def _dark(who: str, counts: NDArray[np.uint16], level: int) -> Finding:
    mean, scatter = float(counts.mean()), float(counts.std(axis=0).mean())
    return Finding(
        f"{who} is dark without light",
        mean < _DARK_SHARE * level and scatter > 0.0,
        f"{mean:.0f} of {level} counts, scatter {scatter:.1f}",
        "cover stray light and check the offset; no scatter at all means that the sensor is not read",
    )


def _lit(
    what: str, dark: NDArray[np.uint16], lit: NDArray[np.uint16], level: int, most: float
) -> Iterator[Finding]:
    """Say whether there is light, and not too much of it."""
    rise = float((lit.mean(axis=0) - dark.mean(axis=0)).max())
    share = float((lit >= level).mean())
    found = f"brightest pixel {rise:.0f} above the dark, of {level}"
    yield Finding(f"{what} is bright", rise > _LIT_SHARE * level, found, "is the source on, and aligned?")
    advice = "attenuate the light, or integrate for a shorter time"
    yield Finding(f"{what} is not saturated", share <= most, f"{share:.2%} of the read-outs", advice)


def _chopper(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    chopper, camera, beam = bench.chopper, bench.ta_detector, bench.pump_beam
    chopper.start()
    try:
        if isinstance(chopper, ReportsLock):
            locked = chopper.locked
            said = "locked" if locked else "not locked"
            yield Finding("chopper is locked", locked, said, "check its reference from the laser")
        pulses_hz = camera.shot_rate_hz / chopper.divisor
        yield Finding(
            "chopper divides the laser as the bench says",
            abs(pulses_hz / beam.pulse_rate_hz - 1.0) <= _RATE_TOLERANCE,
            f"{camera.shot_rate_hz:g} Hz / {chopper.divisor}; pulse_rate_hz = {beam.pulse_rate_hz:g}",
            "set [pump_beam] pulse_rate_hz to the rate behind the chopper: all fluences depend on it",
        )
        yield from _tags(_take(bench), _take(bench), chopper.divisor)
    finally:
        chopper.stop()
    running = chopper.running
    yield Finding("chopper stops", not running, "running" if running else "stands", "switch it off by hand")


def _tags(first: ShotBlock, second: ShotBlock, divisor: int) -> Iterator[Finding]:
    """Say whether all shots came, and whether their tags follow the pulse numbers."""
    sequence = np.concatenate([first.sequence, second.sequence]).astype(np.int64)
    pump_on = np.concatenate([first.pump_on, second.pump_on])
    lost = 2 * _N_SHOTS - sequence.size
    yield Finding(
        "all shots arrive", lost == 0, f"{lost} of {2 * _N_SHOTS} lost", "is the camera's computer busy?"
    )
    # the phase of the blade that most pumped shots have is where it is open; all others are wrongly tagged
    phase = np.bincount(sequence[pump_on] % divisor, minlength=divisor).argmax()
    wrong = int(np.count_nonzero((sequence % divisor == phase) != pump_on))
    yield Finding(
        f"every {divisor}. shot is tagged pump on",
        wrong == 0 and bool(pump_on.any()),
        f"{pump_on.sum()} of {pump_on.size} tagged, {wrong} against the pulse count",
        "check the chopper's reference and phase, and the photodiode that tags the shots",
    )


def _power(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    meter, beam = bench.power_meter, bench.pump_beam
    yield Finding(
        "power_meter is set to the pump's wavelength",
        abs(meter.wavelength_nm - beam.wavelength_nm) < 1.0,
        f"{meter.wavelength_nm:g} nm; the pump has {beam.wavelength_nm:g} nm",
        "set its wavelength in the bench file",
    )
    limits = bench.attenuator.transmission_range
    share = max(limits.low, _TRANSMISSION_SHARE * limits.high)
    bench.attenuator.set_transmission(share)
    bench.chopper.start()
    try:
        light_only(bench)
        dark_w = _mean_power_w(bench)
        light_only(bench, "pump")
        power_w = _mean_power_w(bench) - dark_w
    finally:
        light_only(bench)
        bench.chopper.stop()
        bench.attenuator.set_transmission(limits.low)
    expected_w = beam.power_w(share * beam.full_fluence_cm2)
    yield Finding(
        "pump power is as calibrated",
        expected_w / _POWER_FACTOR < power_w < expected_w * _POWER_FACTOR,
        f"{power_w * 1e6:.3g} uW at transmission {share:.3g}; {expected_w * 1e6:.3g} uW expected",
        "is the pump on, and the meter behind the pinhole? Else measure full_fluence_cm2 again",
    )


def _mean_power_w(bench: Bench) -> float:
    return float(np.mean([bench.power_meter.read_power_w() for _ in range(_N_READINGS)]))


def _take(bench: Bench) -> ShotBlock:
    camera = bench.ta_detector
    camera.arm(_N_SHOTS)
    return camera.read(2.0 * _N_SHOTS / camera.shot_rate_hz + _GRACE_S)


LIGHT = (
    Check("ta_detector sees dark and probe", ("ta_detector", *SHUTTERS), _camera),
    Check("spectrometer sees dark, lamp and excitation", ("spectrometer", *SHUTTERS), _spectrometer),
    Check("chopper and tags", ("chopper", "ta_detector"), _chopper),
    Check("pump power", ("power_meter", "attenuator", "chopper", *SHUTTERS), _power),
)
