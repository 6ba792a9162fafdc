"""A single record as a plot draws it: a camera point, a film that charged."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdlab.gui.look._views import ChargingView, Floats, PointView
from qdlab.plan import Lab, Settling, TaPoint


def point_view(point: TaPoint, lab: Lab) -> PointView:
    """Return what is drawn of one point."""
    on = point.pump_on.astype(bool)
    arrived = point.sequence > 0
    delay_ps = lab.delay_line.to_ps(point.position_mm)
    return PointView(
        np.array(lab.wavelengths_nm),
        _mean(point.shots[arrived & ~on]),
        _mean(point.shots[arrived & on]),
        point.shots.max(axis=0).astype(np.float64),
        lab.saturation_counts,
        point.delta_a,
        point.delta_a_error,
        f"{delay_ps:.4g} ps, {point.measured_potential_v:+.3f} V".replace(", +nan V", ", cell off"),
    )


def charging_view(record: Settling, where: str) -> ChargingView:
    """Return how a held film charged."""
    known = np.isfinite(record.time_s)
    time_s = record.time_s[known]
    start_s = time_s[0] if time_s.size else 0.0
    settled = "settled" if record.settled else "NOT settled"
    return ChargingView(
        time_s - start_s, record.absorbance[known], record.current_a[known], f"{where}, {settled}"
    )


def _mean(shots: np.ndarray[Any, Any]) -> Floats:
    return shots.mean(axis=0, dtype=np.float64) if len(shots) else np.full(shots.shape[1], np.nan)
