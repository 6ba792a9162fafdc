"""Light that should be there and is not: the probe on the camera, the lamp on the fibre spectrometer."""

from __future__ import annotations

from statistics import median

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ShotsSeen, SpectrumSeen

_LOOKS = 8
"""Read-outs of a block that are looked at: a lost lamp is dark in all of them."""


class ProbeLost(Interlock):
    """How far the camera's brightest pixel rises above its dark level with the probe open."""

    limit, action, looks_at = "probe_fraction", "pause", (ShotsSeen,)

    def __init__(self, limit: float, saturation_counts: int) -> None:
        self._limit_counts = limit * saturation_counts
        self._dark_counts = 0.0

    def look(self, seen: ShotsSeen) -> str | None:
        """Look at a few shots of the block."""
        brightest = median(seen.brightest[:: max(len(seen.shots) // _LOOKS, 1)].tolist())
        if not seen.light:
            self._dark_counts = brightest
        if "probe" not in seen.light:
            return None
        if brightest - self._dark_counts >= self._limit_counts:
            return WELL
        return (
            "camera does not see the probe: its brightest pixel is "
            f"{brightest - self._dark_counts:+.0f} counts from dark, the limit is "
            f"{self._limit_counts:+.0f} counts; is the laser on?"
        )


class LampLost(Interlock):
    """How far the fibre spectrometer's brightest pixel rises above its dark level with the lamp open."""

    limit, action, looks_at = "lamp_fraction", "pause", (SpectrumSeen,)

    def __init__(self, limit: float, saturation_counts: int) -> None:
        self._limit_counts = limit * saturation_counts
        self._dark_counts = 0.0

    def look(self, seen: SpectrumSeen) -> str | None:
        """Look at the mean of the scans."""
        brightest = float(seen.counts.mean(axis=0).max())
        if not seen.light:
            self._dark_counts = brightest
        if "lamp" not in seen.light:
            return None
        if brightest - self._dark_counts >= self._limit_counts:
            return WELL
        return (
            "spectrometer does not see the lamp: its brightest pixel is "
            f"{brightest - self._dark_counts:+.0f} counts from dark, the limit is "
            f"{self._limit_counts:+.0f} counts; are lamp and fibre all right?"
        )
