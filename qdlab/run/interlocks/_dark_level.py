"""A dark level that is not dark."""

from __future__ import annotations

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ShotsSeen, SpectrumSeen


class DarkLevel(Interlock):
    """The mean counts of camera and fibre spectrometer with every shutter closed."""

    limit, action, looks_at = "dark_fraction", "pause", (ShotsSeen, SpectrumSeen)

    def __init__(self, limit: float, camera_counts: int, spectrometer_counts: int) -> None:
        self._limit = limit
        self._camera_counts = camera_counts
        self._spectrometer_counts = spectrometer_counts

    def look(self, seen: ShotsSeen | SpectrumSeen) -> str | None:
        """Hold the mean of a dark reading against its instrument's saturation."""
        if seen.light:
            return None
        if isinstance(seen, ShotsSeen):
            who, mean, full = "camera", float(seen.shots.mean()), self._camera_counts
        else:
            who, mean, full = "spectrometer", float(seen.counts.mean()), self._spectrometer_counts
        if mean <= self._limit * full:
            return WELL
        return (
            f"{who}: dark level {mean:.0f} counts, the limit is {self._limit * full:.0f} counts "
            f"({self._limit:.0%} of saturation); switch the room light off and look for a shutter that hangs"
        )
