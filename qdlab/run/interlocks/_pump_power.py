"""A pump that is lost, or drifts."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import PowerSeen

_SURE = 3.0
"""Standard errors by which a mean must pass a limit."""


class PumpLost(Interlock):
    """The pump's power against what the bench's calibration promises; loose, as that may be old."""

    limit, action, looks_at = "pump_fraction", "pause", (PowerSeen,)

    def __init__(self, limit: float) -> None:
        self._limit = limit

    def look(self, seen: PowerSeen) -> str | None:
        """Hold the power against the least that is believable."""
        least_w = self._limit * seen.promised_w
        if seen.power_w + _SURE * seen.error_w >= least_w:
            return WELL
        return (
            f"pump: {seen.power_w * 1e6:.3g} uW, the calibration promises {seen.promised_w * 1e6:.3g} uW, "
            f"the limit is {least_w * 1e6:.3g} uW; is it on, and the power meter in the beam?"
        )


class PumpDrift(Interlock):
    """The pump's power at a transmission against the first one measured there in this run."""

    limit, action, looks_at = "pump_drift_fraction", "pause", (PowerSeen,)

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._first: dict[float, PowerSeen] = {}

    def look(self, seen: PowerSeen) -> str | None:
        """Hold the power against the first one at (nearly) the same transmission."""
        first = self._first.setdefault(float(f"{seen.transmission:.3g}"), seen)
        if first is seen or not first.power_w > 0.0:
            return None
        change = seen.power_w / first.power_w - 1.0
        error = _SURE * (seen.error_w + first.error_w) / first.power_w
        if abs(change) - error <= self._limit:
            return WELL
        return (
            f"pump power has changed by {change:+.0%}, from {first.power_w * 1e6:.3g} to "
            f"{seen.power_w * 1e6:.3g} uW at transmission {seen.transmission:.3g}; the limit is "
            f"{self._limit:.0%}; look after the laser"
        )
