"""A potential that is not the one asked for."""

from __future__ import annotations

from qdlab.limits import Range
from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import CellSeen


class CellPotential(Interlock):
    """The potential read back: near the one held, and in a sweep never outside the sample's window."""

    limit, action, looks_at = "potential_error_v", "stop", (CellSeen,)

    def __init__(self, limit_v: float, window: Range) -> None:
        self._limit_v = limit_v
        self._window = window

    def look(self, seen: CellSeen) -> str | None:
        """Hold one reading against what was asked."""
        nearest_v = min(max(seen.potential_v, self._window.low), self._window.high)
        asked_v = nearest_v if seen.asked_v is None else seen.asked_v
        if abs(seen.potential_v - asked_v) <= self._limit_v:
            return WELL
        said = f"{asked_v:+.3f} V asked for" if seen.asked_v is not None else f"the window {self._window}"
        return (
            f"cell potential {seen.potential_v:+.3f} V is off from {said}, the limit is "
            f"{self._limit_v * 1e3:g} mV; is the reference electrode connected and wet?"
        )
