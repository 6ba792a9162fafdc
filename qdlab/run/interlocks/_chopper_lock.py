"""A chopper that says it does not follow the laser."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ChopperSeen


class ChopperLock(Interlock):
    """What a chopper that can tell says of its phase; the data are looked at in any case."""

    limit, action, looks_at = "chopper_lock_fraction", "warn", (ChopperSeen,)

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._n_looks = self._n_unlocked = 0

    def look(self, seen: ChopperSeen) -> str | None:
        """Count the looks at which it was unlocked."""
        if seen.locked is None:
            return None
        self._n_looks += 1
        self._n_unlocked += not seen.locked
        if seen.locked or self._n_unlocked <= self._limit * self._n_looks:
            return WELL
        return (
            f"chopper is not locked to the laser at {self._n_unlocked} of {self._n_looks} looks, the limit "
            f"is {self._limit:.0%}; check its reference signal"
        )
