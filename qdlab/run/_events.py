"""What a run tells whoever listens: a progress bar, a window, a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qdlab.plan import Record, Slot


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Everything is checked; the instruments are being opened."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; `remaining_s` is what the plan expects from here to the end."""

    index: int
    n_steps: int
    description: str
    remaining_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class RecordTaken:
    """A record is complete and on its way to the file."""

    slot: Slot
    record: Record


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over and the bench is safe; `status` is finished, stopped or failed."""

    status: str
    reason: str


Event = RunStarted | StepStarted | RecordTaken | RunEnded
Listener = Callable[[Event], None]
"""Called in the thread that runs the plan: return quickly."""
