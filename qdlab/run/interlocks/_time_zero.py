"""Pump and probe that do not meet where they did."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ShotsSeen

_LEAST_POINTS = 8
_SURE = 8.0
"""Scatters that the rise must be high before its place is believed."""

Window = NDArray[np.bool_]


class _RiseWatch(Interlock):
    """Finds where the band's signal is at half its height in each scan about time zero.

    The band is divided by the quiet window, which removes the noise common to all pixels and the coherent
    artefact. The rise lags time zero by the film's own response and the chirp, some 0.3 ps; it is used to
    find changes, not to correct delays.
    """

    looks_at = (ShotsSeen,)

    def __init__(self, band: Window, quiet: Window) -> None:
        self._band, self._quiet = band, quiet
        self._dark_counts = 0.0
        self._scan: list[tuple[float, float]] = []

    def _rise_ps(self, seen: ShotsSeen) -> float | None:
        """Add a shot block; return the rise at the end of a scan that shows one."""
        if not seen.light:
            self._dark_counts = float(seen.shots.mean())
        if seen.delay_ps is None:
            return None
        self._scan.append((seen.delay_ps, self._signal(seen)))
        if not seen.ends_scan:
            return None
        scan, self._scan = sorted(self._scan), []
        return half_height_ps(np.array(scan)) if len(scan) >= _LEAST_POINTS else None

    def _signal(self, seen: ShotsSeen) -> float:
        """Return log10(I_off/I_on) of band over quiet window."""
        light = seen.shots - np.float32(self._dark_counts)
        ratio = light[:, self._band].mean(axis=1) / light[:, self._quiet].mean(axis=1)
        return float(np.log10(ratio[~seen.pump_on].mean() / ratio[seen.pump_on].mean()))


def half_height_ps(scan: NDArray[np.float64]) -> float | None:
    """Return where [delay, signal] last passes half its height; None if it does not rise."""
    delays_ps, signal = scan.T
    ends = max(len(scan) // 4, 2)
    before, after = signal[:ends], signal[-ends:]
    height = after.mean() - before.mean()
    if not abs(height) > _SURE * max(before.std(ddof=1), after.std(ddof=1)):
        return None
    share = (signal - before.mean()) / height
    last = int(np.flatnonzero(share < 0.5)[-1])
    if last + 1 == len(share):
        return None
    return float(np.interp(0.5, share[last : last + 2], delays_ps[last : last + 2]))


class TimeZero(_RiseWatch):
    """The rise against the bench's idea of time zero."""

    limit, action = "time_zero_ps", "warn"

    def __init__(self, limit_ps: float, band: Window, quiet: Window) -> None:
        super().__init__(band, quiet)
        self._limit_ps = limit_ps

    def look(self, seen: ShotsSeen) -> str | None:
        """Hold the rise of a finished scan against zero."""
        rise_ps = self._rise_ps(seen)
        if rise_ps is None:
            return None
        if abs(rise_ps) <= self._limit_ps:
            return WELL
        return (
            f"time zero is at {rise_ps:+.2f} ps on the bench's delay axis, the limit is {self._limit_ps:g} "
            "ps; correct [delay_line] zero_mm"
        )


class TimeZeroDrift(_RiseWatch):
    """The rise against where it was in the first scan of this run."""

    limit, action = "time_zero_drift_ps", "warn"

    def __init__(self, limit_ps: float, band: Window, quiet: Window) -> None:
        super().__init__(band, quiet)
        self._limit_ps = limit_ps
        self._first_ps: float | None = None

    def look(self, seen: ShotsSeen) -> str | None:
        """Hold the rise of a finished scan against the first."""
        rise_ps = self._rise_ps(seen)
        if rise_ps is None:
            return None
        if self._first_ps is None:
            self._first_ps = rise_ps
        drift_ps = rise_ps - self._first_ps
        if abs(drift_ps) <= self._limit_ps:
            return WELL
        return (
            f"time zero has drifted by {drift_ps:+.2f} ps since the beginning of the run, the limit is "
            f"{self._limit_ps:g} ps; delays of points in between are uncertain by that"
        )
