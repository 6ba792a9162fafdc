"""Too much current through the sample."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import CellSeen


class CellCurrent(Interlock):
    """The current of the cell, of either sign; an overload of the meter counts as too much."""

    limit, action, looks_at = "current_a", "stop", (CellSeen,)

    def __init__(self, limit_a: float) -> None:
        self._limit_a = limit_a

    def look(self, seen: CellSeen) -> str | None:
        """Hold one reading against the limit."""
        if not seen.overload and abs(seen.current_a) <= self._limit_a:
            return WELL
        more = " or more (its meter is overloaded)" if seen.overload else ""
        return (
            f"cell current {seen.current_a * 1e3:.3g} mA{more} at {seen.potential_v:+.3f} V passes the "
            f"limit of {self._limit_a * 1e3:g} mA; look for a short circuit and for gas at the electrodes"
        )
