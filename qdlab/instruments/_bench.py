"""The bench: the instruments of one laboratory by role, opened, made safe and closed together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from qdlab.errors import InstrumentError, QdlabError
from qdlab.instruments._chopper import Chopper
from qdlab.instruments._delay_stage import DelayStage
from qdlab.instruments._instrument import Instrument
from qdlab.instruments._optics import Attenuator, PowerMeter, SampleHolder, Shutter
from qdlab.instruments._potentiostat import Potentiostat
from qdlab.instruments._spectrometer import Spectrometer
from qdlab.instruments._ta_detector import TADetector
from qdlab.limits import Range
from qdlab.plan import LIGHT_PATHS, DelayLine, Lab, PumpBeam

log = logging.getLogger(__name__)


SINGLE_ROLES = (
    "potentiostat", "delay_stage", "chopper", "ta_detector", "spectrometer", "attenuator", "power_meter",
    "sample_holder",
)  # fmt: skip
"""Roles that one instrument fills; the shutters are one for each light path."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the instruments without a speed of their own take, for a plan's duration."""

    shutter_s: float
    chopper_s: float
    attenuator_s: float
    power_reading_s: float


@dataclass(frozen=True, slots=True)
class Safety:
    """Limits of this sample and camera that end a run when a measurement passes them.

    `current_a`: largest cell current of either sign; `saturated_fraction`: largest share of camera
    read-outs, pixel by pixel, that may be saturated in one point.
    """

    current_a: float
    saturated_fraction: float


@dataclass(frozen=True)
class Bench:
    """All instruments of a laboratory and the optics between them; a context manager that opens them.

    `shutters` has one Shutter for each of LIGHT_PATHS. Leaving the context makes everything safe, then
    closes it, whatever happened; every instrument gets its turn even if another one fails.
    """

    name: str
    potentiostat: Potentiostat
    delay_stage: DelayStage
    chopper: Chopper
    ta_detector: TADetector
    spectrometer: Spectrometer
    attenuator: Attenuator
    power_meter: PowerMeter
    sample_holder: SampleHolder
    shutters: Mapping[str, Shutter]
    delay_line: DelayLine
    pump_beam: PumpBeam
    timing: Timing
    safety: Safety
    _opened: list[Instrument] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if missing := set(LIGHT_PATHS) - set(self.shutters):
            raise ValueError(f"bench {self.name!r} has no shutter for {', '.join(sorted(missing))}")

    def instruments(self) -> Iterator[Instrument]:
        """Yield every instrument; shutters first, so that light goes first when all is made safe."""
        yield from self.shutters.values()
        yield from (getattr(self, role) for role in SINGLE_ROLES)

    def describe(self) -> Lab:
        """Return what a plan needs to know; nothing is opened."""
        line, travel = self.delay_line, self.delay_stage.travel
        ends_ps = sorted((line.to_ps(travel.low), line.to_ps(travel.high)))
        return Lab(
            name=self.name,
            potential=self.potentiostat.potential_range,
            delay=Range(ends_ps[0], ends_ps[1], "ps"),
            transmission=self.attenuator.transmission_range,
            integration=self.spectrometer.integration_range,
            delay_line=line,
            pump_beam=self.pump_beam,
            stage_velocity_mm_s=self.delay_stage.velocity_mm_s,
            shot_rate_hz=self.ta_detector.shot_rate_hz,
            shutter_s=self.timing.shutter_s,
            chopper_s=self.timing.chopper_s,
            attenuator_s=self.timing.attenuator_s,
            power_reading_s=self.timing.power_reading_s,
            saturation_counts=self.ta_detector.saturation_counts,
            spectrometer_saturation_counts=self.spectrometer.saturation_counts,
            wavelengths_nm=tuple(self.ta_detector.wavelengths_nm.tolist()),
            spectrometer_nm=tuple(self.spectrometer.wavelengths_nm.tolist()),
        )

    def __enter__(self) -> Bench:
        """Open every instrument; if any fails, close those that opened and report all failures together."""
        try:
            failures = self.open()
        except BaseException:
            self.release()
            raise
        if failures:
            self.release()
            raise InstrumentError("\n".join(failures.values()))
        return self

    def open(self) -> dict[str, str]:
        """Open every instrument that can be; return by name what the others said. release() ends it."""
        failures = {}
        for instrument in self.instruments():
            try:
                instrument.open()
            except QdlabError as error:
                failures[instrument.name] = f"{instrument.name}: {error}"
            else:
                self._opened.append(instrument)
        return failures

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make safe and close; a failure here is raised only if nothing else already failed."""
        failures = self.release()
        if failures and error is None:
            raise InstrumentError("\n".join(failures))

    def make_safe(self) -> list[str]:
        """Bring every opened instrument into its safe state; return what went wrong, in words."""
        return [text for item in self._opened if (text := _attempt(item, item.make_safe, "made safe"))]

    def release(self) -> list[str]:
        """Make safe, then close; return what went wrong, in words."""
        failures = self.make_safe()
        while self._opened:
            instrument = self._opened.pop()
            if text := _attempt(instrument, instrument.close, "closed"):
                failures.append(text)
        return failures


def _attempt(instrument: Instrument, act: Callable[[], None], done: str) -> str | None:
    """Run one clean-up act; whatever a driver raises must not keep the next instrument from its turn."""
    try:
        act()
    except Exception as error:
        log.exception("%s could not be %s", instrument.name, done)
        return f"{instrument.name} could not be {done}: {error}"
    return None
