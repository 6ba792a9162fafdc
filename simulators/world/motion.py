"""A carriage on rails: where it is at a time, moving at one speed towards its target."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motion:
    """One move, begun at `start_s`; a carriage that stands still is a move of no length."""

    start_mm: float
    target_mm: float
    start_s: float
    velocity_mm_s: float

    @property
    def end_s(self) -> float:
        """When the target is reached."""
        return self.start_s + abs(self.target_mm - self.start_mm) / self.velocity_mm_s

    def position_mm(self, now_s: float) -> float:
        """Return where the carriage is."""
        if now_s >= self.end_s:
            return self.target_mm
        travelled_mm = self.velocity_mm_s * (now_s - self.start_s)
        return self.start_mm + math.copysign(travelled_mm, self.target_mm - self.start_mm)
