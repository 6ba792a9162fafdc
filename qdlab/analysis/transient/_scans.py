"""Several scans of the same delays -> one: drift of time zero found and taken out, scatter judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._notes import Notes
from qdlab.analysis._scatter import enlargement
from qdlab.analysis.transient._chirp_correction import DENSE_PS
from qdlab.analysis.transient._transient import AVERAGES, averaged

SURE = 5.0
"""Drift is taken out if a scan is off by so many standard errors: of a thousand not one is so by chance."""


def join_scans(points: xr.Dataset, notes: Notes) -> xr.Dataset:
    """Return the mean over `scan`; without repeats, the points themselves.

    Errors are those of independent scans, enlarged where the scans scatter about their mean by more.
    """
    if "scan" not in points.dims:
        return points
    steady = _without_drift(points, notes)
    squares = ((steady["band"] - steady["band"].mean("scan")) / steady["band_error"]) ** 2
    freedom = squares.count() - steady["band"].mean("scan").count()
    factor = float(enlargement(float(squares.sum()), int(freedom)))
    joined = averaged(steady, "scan")
    if factor == 1.0:
        return joined
    notes.add(f"the scans scatter {factor:.1f} times as much as their errors allow: errors are enlarged")
    return joined.assign({f"{name}_error": factor * joined[f"{name}_error"] for name in AVERAGES})


def scan_shifts(points: xr.Dataset) -> xr.Dataset:
    """Return by how much each scan's time zero is later than the mean's: `shift_ps`, `error_ps` [..., scan].

    From how a scan differs from the mean where that changes and delays are dense, in all pixels; 0 with an
    infinite error where no delays are. Pixels share noise at a delay, so the error is no smaller than the
    scatter over delays says.
    """
    slope, _ = _slopes(points["da"])
    weight = (1.0 / points["da_error"] ** 2).where(np.isfinite(points["da_error"]), 0.0)
    difference = points["da"] - points["da"].mean("scan")
    strength = (weight * slope**2).sum("wavelength_nm")
    pull = -(weight * slope * difference).sum("wavelength_nm")
    total = strength.sum("delay_ps").where(lambda value: value > 0.0)
    shift_ps = pull.sum("delay_ps") / total
    seen = ((pull - shift_ps * strength) ** 2).sum("delay_ps") ** 0.5 / total
    said = ((1.0 - 1.0 / points.sizes["scan"]) / total) ** 0.5
    error_ps = seen.where(seen > said, said)
    return xr.Dataset({"shift_ps": shift_ps.fillna(0.0), "error_ps": error_ps.fillna(np.inf)})


def _without_drift(points: xr.Dataset, notes: Notes) -> xr.Dataset:
    """Bring the scans onto one time zero, to second order, if any of them is surely off."""
    shifts = scan_shifts(points)
    shift_ps = shifts["shift_ps"]
    if not bool((abs(shift_ps) > SURE * shifts["error_ps"]).any()):
        return points
    notes.add(f"time zero drifts by up to {float(abs(shift_ps).max()):.3f} ps from scan to scan: taken out")
    moved: dict[Any, Any] = {}
    for name in AVERAGES:
        slope, bend = _slopes(points[name])
        earlier = points[name] + shift_ps * slope - shift_ps**2 / 2.0 * bend
        moved[name] = earlier.transpose(*points[name].dims)
    return points.assign(moved)


def _slopes(values: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Return first and second derivative of the scans' mean over the delay; 0 where delays are not dense."""
    from scipy.interpolate import CubicSpline

    mean = values.mean("scan")
    axis, delays_ps = mean.get_axis_num("delay_ps"), mean["delay_ps"].to_numpy()
    order = np.argsort(delays_ps)
    gaps_ps = np.diff(delays_ps[order])
    derivatives = np.zeros((2, *mean.shape))
    if len(order) > 2 and (gaps_ps > 0.0).all():
        spline = CubicSpline(delays_ps[order], mean.fillna(0.0).to_numpy().take(order, axis), axis)
        widest = np.maximum(np.append(gaps_ps, np.inf), np.insert(gaps_ps, 0, np.inf))
        dense = np.flatnonzero(widest <= DENSE_PS)
        whole = mean.notnull().all("delay_ps").expand_dims(delay_ps=1, axis=axis).to_numpy()
        place = (slice(None),) * axis + (order[dense],)
        for k in (1, 2):
            derivatives[k - 1][place] = spline(delays_ps[order][dense], k) * whole
    first, second = (mean.copy(data=part) for part in derivatives)
    return first, second
