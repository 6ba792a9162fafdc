"""The delay stage: one axis in millimetres. Delays in ps are the optics' affair (qdlab.plan.DelayLine)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from qdlab.instruments._instrument import Instrument
from qdlab.limits import Range


class DelayStage(Instrument, Protocol):
    """A motorised linear stage. make_safe() stops it where it is."""

    @property
    @abstractmethod
    def travel(self) -> Range:
        """Positions that may be asked for, in mm."""

    @property
    @abstractmethod
    def velocity_mm_s(self) -> float:
        """Speed of a long move; what a plan's duration counts on."""

    @property
    @abstractmethod
    def position_mm(self) -> float:
        """Read back the position."""

    @property
    @abstractmethod
    def moving(self) -> bool:
        """Whether a move is under way."""

    @abstractmethod
    def home(self) -> None:
        """Find the reference mark and wait for it."""

    @abstractmethod
    def start_move(self, position_mm: float) -> None:
        """Start towards a position and return at once."""

    @abstractmethod
    def wait(self, timeout_s: float) -> None:
        """Wait until the stage stands still; InstrumentTimeoutError if it still moves after `timeout_s`."""

    @abstractmethod
    def stop(self) -> None:
        """Stop where it is; harmless if it stands still."""
