"""The chopper: lets every other pump pulse through, in step with the laser."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol, runtime_checkable

from qdlab.instruments._instrument import Instrument


class Chopper(Instrument, Protocol):
    """An optical chopper slaved to the laser. make_safe() stops the blade."""

    @property
    @abstractmethod
    def divisor(self) -> int:
        """Laser pulses per blade period; 2 lets every other pulse through."""

    @property
    @abstractmethod
    def running(self) -> bool:
        """Read back whether the blade is told to turn."""

    @abstractmethod
    def start(self) -> None:
        """Spin up and return when the speed is reached."""

    @abstractmethod
    def stop(self) -> None:
        """Let the blade run down; harmless if it stands."""


@runtime_checkable
class ReportsLock(Protocol):
    """Ability of a chopper to say whether its phase is locked; without it a run checks parity in the data."""

    @property
    @abstractmethod
    def locked(self) -> bool:
        """Whether the blade's phase follows the laser."""
