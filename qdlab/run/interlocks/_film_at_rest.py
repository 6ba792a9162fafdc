"""A film that does not come back: bleached for good, or dimmed, when it is neutral again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import SpectrumSeen

_SURE = 3.0
Window = NDArray[np.bool_]


class _RestWatch(Interlock):
    """Keeps the spectrometer's dark level, as counts per pixel, for the spectra that follow it."""

    looks_at = (SpectrumSeen,)
    light = ""

    def __init__(self, band: Window) -> None:
        self._band = band
        self._dark: NDArray[np.float64] | float = 0.0

    def _light(self, seen: SpectrumSeen) -> NDArray[np.float64] | None:
        """Return the scans of a resting film under this interlock's light, dark level taken off."""
        if not seen.light:
            self._dark = seen.counts.mean(axis=0)
        if seen.light != {self.light} or seen.sample != "film" or not seen.at_rest:
            return None
        return np.asarray(seen.counts - self._dark)


class AbsorbanceAtRest(_RestWatch):
    """The band absorbance of the neutral film against its first one: charging must be reversible."""

    limit, action, light = "rest_absorbance", "warn", "lamp"

    def __init__(self, limit: float, band: Window, quiet: Window) -> None:
        super().__init__(band)
        self._limit = limit
        self._quiet = quiet
        self._first: tuple[float, float] | None = None

    def look(self, seen: SpectrumSeen) -> str | None:
        """Hold -log10(band/quiet) against the first."""
        light = self._light(seen)
        if light is None:
            return None
        ratio = light[:, self._band].mean(axis=1) / light[:, self._quiet].mean(axis=1)
        level = -np.log10(np.clip(ratio, 1e-6, None))
        mean = float(level.mean())
        error = float(level.std(ddof=1)) / np.sqrt(len(level)) if len(level) > 1 else 0.0
        self._first = self._first or (mean, error)
        change = mean - self._first[0]
        if abs(change) - _SURE * np.hypot(error, self._first[1]) <= self._limit:
            return WELL
        return (
            f"film: band absorbance at rest has changed by {change:+.2g} since the beginning, the limit is "
            f"{self._limit:g}; it does not come back to what it was: narrow the window or take a fresh film"
        )


class PlAtRest(_RestWatch):
    """The photoluminescence of the neutral film against the first of the run: it must recover."""

    limit, action, light = "rest_pl_fraction", "warn", "excitation"

    def __init__(self, limit: float, band: Window) -> None:
        super().__init__(band)
        self._limit = limit
        self._first_per_s: float | None = None

    def look(self, seen: SpectrumSeen) -> str | None:
        """Hold the counts per second in the band against the first."""
        light = self._light(seen)
        if light is None:
            return None
        per_s = float(light[:, self._band].mean()) / seen.integration_s
        if self._first_per_s is None:
            self._first_per_s = per_s
        if not self._first_per_s > 0.0:
            return None
        if 1.0 - per_s / self._first_per_s <= self._limit:
            return WELL
        return (
            f"film: PL at rest is down to {per_s / self._first_per_s:.0%} of what it was, the "
            f"limit is a loss of {self._limit:.0%}; it does not recover: take a fresh film"
        )
