"""A delay stage that is not where it was sent."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import StageSeen


class StagePosition(Interlock):
    """The position read back after a move."""

    limit, action, looks_at = "position_error_mm", "stop", (StageSeen,)

    def __init__(self, limit_mm: float) -> None:
        self._limit_mm = limit_mm

    def look(self, seen: StageSeen) -> str | None:
        """Hold the position against where the stage was sent."""
        if abs(seen.position_mm - seen.asked_mm) <= self._limit_mm:
            return WELL
        return (
            f"delay stage stands at {seen.position_mm:.4f} mm, was sent to {seen.asked_mm:.4f} mm; the limit "
            f"is {self._limit_mm * 1e3:g} um; home it, and look for what blocks it"
        )
