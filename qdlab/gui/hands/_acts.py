"""What a person may ask of each instrument by hand; the drivers keep the limits, these only say them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qdlab.instruments import Bench
from qdlab.limits import Range
from qdlab.plan import LIGHT_PATHS, ProbeBeam

N_SHOTS = 200
_GRACE_S = 10.0


@dataclass(frozen=True)
class Act:
    """Something to ask of an instrument: `do` gets bench, instrument and the number typed; returns words.

    With `limits`, a number is asked for, and said to lie within them.
    """

    words: str
    do: Callable[[Bench, Any, float], str]
    limits: Callable[[Bench], Range] | None = None


def _hold(bench: Bench, potentiostat: Any, potential_v: float) -> str:
    potentiostat.hold(potential_v)
    potentiostat.set_cell(on=True)
    return f"holds {potential_v:+.3f} V"


def _cell_off(bench: Bench, potentiostat: Any, _: float) -> str:
    potentiostat.set_cell(on=False)
    return "cell off"


def _move(bench: Bench, stage: Any, delay_ps: float) -> str:
    stage.start_move(bench.delay_line.to_mm(delay_ps))
    return f"moves to {delay_ps:g} ps"


def _home(bench: Bench, stage: Any, _: float) -> str:
    stage.home()
    return "homed"


def _take_shots(bench: Bench, detector: Any, _: float) -> str:
    detector.arm(N_SHOTS)
    block = detector.read(timeout_s=2.0 * N_SHOTS / detector.shot_rate_hz + _GRACE_S)
    brightest, full = int(block.shots.max()), detector.saturation_counts
    saturated = " – SATURATED" if brightest >= full else ""
    return f"{len(block.sequence)} shots, brightest {brightest} of {full} counts{saturated}"


def _take_scan(bench: Bench, spectrometer: Any, _: float) -> str:
    brightest, full = int(spectrometer.read(1).counts.max()), spectrometer.saturation_counts
    saturated = " – SATURATED" if brightest >= full else ""
    return f"brightest {brightest} of {full} counts{saturated}"


def _transmit(bench: Bench, attenuator: Any, transmission: float) -> str:
    attenuator.set_transmission(transmission)
    return f"transmission {attenuator.transmission:.4g}"


def _integrate(bench: Bench, spectrometer: Any, integration_s: float) -> str:
    spectrometer.set_integration(integration_s)
    return f"integrates {integration_s:g} s"


def _switch(is_open: bool) -> Callable[[Bench, Any, float], str]:
    def switch(bench: Bench, shutter: Any, _: float) -> str:
        shutter.set_open(is_open)
        return "open" if shutter.is_open else "closed"

    return switch


def _select(position: str) -> Callable[[Bench, Any, float], str]:
    def select(bench: Bench, holder: Any, _: float) -> str:
        holder.select(position)
        return f"{position} in the beam"

    return select


def _send(beam: ProbeBeam) -> Callable[[Bench, Any, float], str]:
    def send(bench: Bench, selector: Any, _: float) -> str:
        selector.select(beam)
        return f"{beam} probe into the camera"

    return send


def _chop(bench: Bench, chopper: Any, _: float) -> str:
    chopper.start()
    return "turns"


def _unchop(bench: Bench, chopper: Any, _: float) -> str:
    chopper.stop()
    return "stands"


_SHUTTER = (Act("Open", _switch(True)), Act("Close", _switch(False)))

ACTS: dict[str, tuple[Act, ...]] = {
    **{f"{path}_shutter": _SHUTTER for path in LIGHT_PATHS},
    "potentiostat": (
        Act("Hold, cell on", _hold, lambda bench: bench.potentiostat.potential_range),
        Act("Cell off", _cell_off),
    ),
    "delay_stage": (Act("Move", _move, lambda bench: bench.describe().delay), Act("Home", _home)),
    "chopper": (Act("Start", _chop), Act("Stop", _unchop)),
    "ta_detector": (Act(f"Take {N_SHOTS} shots", _take_shots),),
    "spectrometer": (
        Act("Integrate", _integrate, lambda bench: bench.spectrometer.integration_range),
        Act("Take a scan", _take_scan),
    ),
    "attenuator": (Act("Set", _transmit, lambda bench: bench.attenuator.transmission_range),),
    "sample_holder": (Act("Film", _select("film")), Act("Blank", _select("blank"))),
    "probe_selector": (Act("Transmitted", _send("transmitted")), Act("Reflected", _send("reflected"))),
}
"""By role; one that is not here has nothing to be asked."""
