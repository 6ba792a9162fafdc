"""What a run tells whoever listens: a progress bar, a window, a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qdlab.plan import Record, Slot, Step
from qdlab.run.interlocks import Alarm


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Everything is checked; the instruments are being opened."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; `remaining_s` is what the plan expects from here to the end."""

    index: int
    n_steps: int
    step: Step
    remaining_s: float
    total_s: float

    @property
    def description(self) -> str:
        """What is being done, in a few words."""
        return self.step.describe()


@dataclass(frozen=True, slots=True)
class RecordTaken:
    """A record is complete and on its way to the file."""

    slot: Slot
    record: Record


@dataclass(frozen=True, slots=True)
class FilmLooked:
    """One look at a film that charges; `absorbance` of the band relative to the first look."""

    time_s: float
    potential_v: float
    current_a: float
    absorbance: float


@dataclass(frozen=True, slots=True)
class Warned:
    """An interlock's limit was passed; what follows from it is in the alarm."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class Paused:
    """The run waits, all shutters closed, the cell as it was, until proceed() or a stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class Proceeded:
    """The run goes on; the light is as it was before the pause."""


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over and the bench is safe; `status` is finished, stopped or failed."""

    status: str
    reason: str


Event = (
    RunStarted | StepStarted | RecordTaken | FilmLooked | Warned | Paused | Proceeded | RunEnded
)  # fmt: skip
Listener = Callable[[Event], None]
"""Called in the thread that runs the plan: return quickly."""
