"""What interlocks look at: readings with what the laboratory was asked to be when they were taken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qdlab.plan import Light, SamplePosition


@dataclass(frozen=True, slots=True)
class CellSeen:
    """A reading of the connected cell; `asked_v` is the potential held, None while it is swept."""

    time_s: float
    potential_v: float
    current_a: float
    overload: bool
    asked_v: float | None


@dataclass(frozen=True, slots=True)
class CellDisconnected:
    """The cell was switched off: what flows through it from here on is counted anew."""


@dataclass(frozen=True, slots=True)
class StageSeen:
    """Where the stage stands after a move, and where it was sent."""

    position_mm: float
    asked_mm: float


@dataclass(frozen=True, slots=True)
class ChopperSeen:
    """The chopper once it turns; `locked` is None if it cannot tell, `chopped_hz` if that is unknown."""

    chopped_hz: float | None
    locked: bool | None


@dataclass(frozen=True)
class ShotsSeen:
    """A block of camera shots; `tags_matter` if pump-probe pairs are made of them.

    In a scan about time zero `delay_ps` is the point's delay, and `ends_scan` says that it is the last one.
    """

    shots: NDArray[np.uint16]
    pump_on: NDArray[np.bool_]
    sequence: NDArray[np.uint64]
    light: Light
    tags_matter: bool
    delay_ps: float | None = None
    ends_scan: bool = False

    @cached_property
    def brightest(self) -> NDArray[np.uint16]:
        """The most counts of any pixel [shot]: looked for once, for all interlocks."""
        return np.asarray(self.shots.max(axis=1, initial=0))


@dataclass(frozen=True, slots=True)
class SpectrumSeen:
    """Scans of the fibre spectrometer; `at_rest` if the film is known to be neutral and settled."""

    counts: NDArray[np.uint16]
    integration_s: float
    light: Light
    sample: SamplePosition | None
    at_rest: bool


@dataclass(frozen=True, slots=True)
class PowerSeen:
    """The pump's mean power with its standard error, and what the bench's calibration promises."""

    power_w: float
    error_w: float
    transmission: float
    promised_w: float


Seen = CellSeen | CellDisconnected | StageSeen | ChopperSeen | ShotsSeen | SpectrumSeen | PowerSeen
