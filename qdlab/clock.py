"""Time as an argument: the wall clock is a laboratory, the virtual clock passes hours in seconds."""

from __future__ import annotations

import time
from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time and lets it pass."""

    @property
    @abstractmethod
    def now_s(self) -> float:
        """Seconds since the run began; never runs backwards."""

    @property
    @abstractmethod
    def date(self) -> datetime:
        """The time of day this clock stands for, with its zone."""

    @abstractmethod
    def sleep(self, duration_s: float) -> None:
        """Let `duration_s` seconds pass."""


class WallClock(Clock):
    """Real time; of a run that is resumed, `passed_s` have passed already."""

    def __init__(self, passed_s: float = 0.0) -> None:
        self._start_s = time.monotonic() - passed_s

    @property
    def now_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start_s

    @property
    def date(self) -> datetime:
        """The time of day, with the computer's zone."""
        return datetime.now().astimezone()

    def sleep(self, duration_s: float) -> None:
        """Wait for real."""
        time.sleep(max(duration_s, 0.0))


class VirtualClock(Clock):
    """Simulated time: it passes only by sleep(), and at once.

    Its date starts at a fixed day, so that two runs with the same seed leave the same file; of a run that is
    resumed, `passed_s` have passed since then.
    """

    def __init__(self, start: datetime = datetime(2021, 1, 1, tzinfo=UTC), passed_s: float = 0.0) -> None:
        self._start = start
        self._now_s = passed_s

    @property
    def now_s(self) -> float:
        """Simulated seconds passed so far."""
        return self._now_s

    @property
    def date(self) -> datetime:
        """The simulated time of day."""
        return self._start + timedelta(seconds=self._now_s)

    def sleep(self, duration_s: float) -> None:
        """Let simulated time pass; none of it is spent."""
        if duration_s > 0.0:
            self._now_s += duration_s
