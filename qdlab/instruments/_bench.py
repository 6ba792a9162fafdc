"""The bench: the instruments of one laboratory by role, opened, made safe and closed together."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from qdlab.errors import InstrumentError, QdlabError, StoppedError
from qdlab.instruments._absent import Absent, absent
from qdlab.instruments._chopper import Chopper
from qdlab.instruments._delay_stage import DelayStage
from qdlab.instruments._instrument import Instrument
from qdlab.instruments._optics import Attenuator, PowerMeter, ProbeSelector, SampleHolder, Shutter
from qdlab.instruments._potentiostat import Potentiostat
from qdlab.instruments._safety import Safety
from qdlab.instruments._spectrometer import Spectrometer
from qdlab.instruments._ta_detector import TADetector
from qdlab.instruments._ta_scanner import TAScanner
from qdlab.limits import Range
from qdlab.plan import LIGHT_PATHS, DelayLine, Lab, PumpBeam

log = logging.getLogger(__name__)


SINGLE_ROLES = (
    "potentiostat", "delay_stage", "chopper", "ta_detector", "spectrometer", "attenuator", "power_meter",
    "sample_holder", "probe_selector", "ta_scanner",
)  # fmt: skip
"""Roles that one instrument fills, or none; the shutters are one for each light path."""

_UNLIMITED = (-math.inf, math.inf)
_FACTS: tuple[tuple[str, str, Callable[[Any], Any], Any], ...] = (
    ("potential", "potentiostat", lambda it: it.potential_range, Range(*_UNLIMITED, "V")),
    ("transmission", "attenuator", lambda it: it.transmission_range, Range(*_UNLIMITED, "")),
    ("integration", "spectrometer", lambda it: it.integration_range, Range(*_UNLIMITED, "s")),
    ("stage_velocity_mm_s", "delay_stage", lambda it: it.velocity_mm_s, math.inf),
    ("shot_rate_hz", "ta_detector", lambda it: it.shot_rate_hz, math.inf),
    ("saturation_counts", "ta_detector", lambda it: it.saturation_counts, 0),
    ("spectrometer_saturation_counts", "spectrometer", lambda it: it.saturation_counts, 0),
    ("wavelengths_nm", "ta_detector", lambda it: tuple(it.wavelengths_nm.tolist()), ()),
    ("scan_s", "ta_scanner", lambda it: it.scan_s, 0.0),
    ("scan_delays_ps", "ta_scanner", lambda it: tuple(it.delays_ps.tolist()), ()),
    ("scan_nm", "ta_scanner", lambda it: tuple(it.wavelengths_nm.tolist()), ()),
    ("spectrometer_nm", "spectrometer", lambda it: tuple(it.wavelengths_nm.tolist()), ()),
)
"""Field of Lab, the role that knows it, how it is read, and what holds without such an instrument."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the instruments without a speed of their own take, for a plan's duration."""

    shutter_s: float
    chopper_s: float
    attenuator_s: float
    power_reading_s: float


@dataclass(frozen=True)
class Bench:
    """The instruments of a laboratory and the optics between them; a context manager that opens them.

    A role may be left out: a bench for solutions has no potentiostat, and beside an instrument that scans its
    own delays stand neither stage nor camera. `shutters` has one for each of LIGHT_PATHS. Leaving the context
    makes everything safe, then closes it, whatever happened; every instrument gets its turn even if another
    one fails.
    """

    name: str
    shutters: Mapping[str, Shutter]
    delay_line: DelayLine
    pump_beam: PumpBeam
    timing: Timing
    safety: Safety
    potentiostat: Potentiostat = absent("potentiostat")
    delay_stage: DelayStage = absent("delay_stage")
    chopper: Chopper = absent("chopper")
    ta_detector: TADetector = absent("ta_detector")
    spectrometer: Spectrometer = absent("spectrometer")
    attenuator: Attenuator = absent("attenuator")
    power_meter: PowerMeter = absent("power_meter")
    sample_holder: SampleHolder = absent("sample_holder")
    probe_selector: ProbeSelector = absent("probe_selector")
    ta_scanner: TAScanner = absent("ta_scanner")
    _opened: list[Instrument] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if missing := set(LIGHT_PATHS) - set(self.shutters):
            raise ValueError(f"bench {self.name!r} has no shutter for {', '.join(sorted(missing))}")

    def instruments(self) -> Iterator[Instrument]:
        """Yield every instrument; shutters first, so that light goes first when all is made safe."""
        yield from self.shutters.values()
        yield from (getattr(self, role) for role in SINGLE_ROLES if self.has(role))

    def has(self, role: str) -> bool:
        """Whether there is an instrument for one of SINGLE_ROLES."""
        return not isinstance(getattr(self, role), Absent)

    def describe(self) -> Lab:
        """Return what a plan needs to know; nothing is opened. What is not there sets no limit."""
        known = {
            field: read(getattr(self, role)) if self.has(role) else otherwise
            for field, role, read, otherwise in _FACTS
        }
        return Lab(
            name=self.name,
            roles=frozenset(role for role in SINGLE_ROLES if self.has(role)),
            delay=self._delays(),
            delay_line=self.delay_line,
            pump_beam=self.pump_beam,
            shutter_s=self.timing.shutter_s,
            chopper_s=self.timing.chopper_s,
            attenuator_s=self.timing.attenuator_s,
            power_reading_s=self.timing.power_reading_s,
            **known,
        )

    def _delays(self) -> Range:
        """Return the delays that the stage can reach."""
        if not self.has("delay_stage"):
            return Range(*_UNLIMITED, "ps")
        travel = self.delay_stage.travel
        ends_ps = sorted(map(self.delay_line.to_ps, (travel.low, travel.high)))
        return Range(ends_ps[0], ends_ps[1], "ps")

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
                failures[instrument.name] = _named(instrument, error)
            else:
                self._opened.append(instrument)
        return failures

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make safe and close; a failure here is raised only if nothing else already failed.

        With a rest potential, the cell is left at it, unless what ended the run was a failure.
        """
        failures = self.release(rest=error is None or isinstance(error, StoppedError))
        if failures and error is None:
            raise InstrumentError("\n".join(failures))

    def _rest(self) -> None:
        """Hold the rest potential."""
        if self.safety.rest_v is not None:
            self.potentiostat.hold(self.safety.rest_v)
            self.potentiostat.set_cell(on=True)

    def make_safe(self) -> list[str]:
        """Bring every opened instrument into its safe state; return what went wrong, in words.

        One that does not answer is connected anew and asked once more: a line may have failed, not the
        instrument behind it.
        """
        return [text for item in self._opened if (text := _make_safe(item))]

    def release(self, *, rest: bool = False) -> list[str]:
        """Make safe, leave the cell at its rest potential if there is one and it may `rest`, then close.

        Returns what went wrong, in words.
        """
        failures = self.make_safe()
        if rest and self.safety.rest_v is not None and self.potentiostat in self._opened and not failures:
            text = _attempt(self.potentiostat, self._rest, "left at its rest potential")
            failures += [text, *self.make_safe()] if text else []
        while self._opened:
            instrument = self._opened.pop()
            if text := _attempt(instrument, instrument.close, "closed"):
                failures.append(text)
        return failures


def _named(instrument: Instrument, error: QdlabError) -> str:
    """Return what an error says, beginning with the instrument's name."""
    text = str(error)
    return text if text.startswith(instrument.name) else f"{instrument.name}: {text}"


def _make_safe(instrument: Instrument) -> str | None:
    def connect_anew() -> None:
        with suppress(Exception):
            instrument.close()
        instrument.open()
        instrument.make_safe()

    first = _attempt(instrument, instrument.make_safe, "made safe")
    return first and _attempt(instrument, connect_anew, "made safe, nor after connecting anew")


def _attempt(instrument: Instrument, act: Callable[[], None], done: str) -> str | None:
    """Run one clean-up act; whatever a driver raises must not keep the next instrument from its turn."""
    try:
        act()
    except (Exception, KeyboardInterrupt) as error:
        text = f"{instrument.name} could not be {done}: {error}"
        # How a driver got there is of interest if it is the driver that is wrong, not the instrument.
        log.exception(text, exc_info=not isinstance(error, QdlabError))
        return text
    return None
