"""Too much charge through the sample."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import CellDisconnected, CellSeen


class CellCharge(Interlock):
    """The net charge since the cell was switched on, by trapezoids between readings.

    Readings are half a second apart while a film charges and a point apart otherwise: enough to find a
    leak or a reaction, not to count electrons.
    """

    limit, action, looks_at = "charge_c", "stop", (CellSeen, CellDisconnected)

    def __init__(self, limit_c: float) -> None:
        self._limit_c = limit_c
        self._charge_c = 0.0
        self._last: CellSeen | None = None

    def look(self, seen: CellSeen | CellDisconnected) -> str | None:
        """Add the charge since the last reading."""
        if isinstance(seen, CellDisconnected):
            self._charge_c, self._last = 0.0, None
            return WELL
        if self._last is not None:
            mean_a = 0.5 * (seen.current_a + self._last.current_a)
            self._charge_c += mean_a * (seen.time_s - self._last.time_s)
        self._last = seen
        if abs(self._charge_c) <= self._limit_c:
            return WELL
        return (
            f"cell charge {self._charge_c * 1e3:.3g} mC since the cell was switched on passes the limit of "
            f"{self._limit_c * 1e3:g} mC; the film or the electrolyte reacts, or the cell leaks"
        )
