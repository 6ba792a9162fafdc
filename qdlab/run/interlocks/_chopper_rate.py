"""A chopper that divides the laser by another number than fluences are computed with."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ChopperSeen


class ChopperRate(Interlock):
    """The rate of pulses behind the chopper: a factor of two here is the classic mistake."""

    limit, action, looks_at = "chopper_rate_fraction", "stop", (ChopperSeen,)

    def __init__(self, limit: float, pulse_rate_hz: float) -> None:
        self._limit = limit
        self._pulse_rate_hz = pulse_rate_hz

    def look(self, seen: ChopperSeen) -> str | None:
        """Hold the rate against the bench's."""
        if seen.chopped_hz is None:
            return None
        if abs(seen.chopped_hz / self._pulse_rate_hz - 1.0) <= self._limit:
            return WELL
        return (
            f"chopper lets {seen.chopped_hz:g} pulses per second through, the bench computes fluences with "
            f"{self._pulse_rate_hz:g} Hz, the limit is {self._limit:.1%}; "
            "set [pump_beam] pulse_rate_hz, or the blade"
        )
