"""Several scans of the same delays -> one: drift of time zero found and taken out, scatter judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._notes import Notes
from qdlab.analysis._scatter import enlargement
from qdlab.analysis.transient._chirp_correction import DENSE_PS
from qdlab.analysis.transient._transient import AVERAGES, averaged

SURE = 4.0
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
    infinite error where no delays are.
    """
    slope = _slope(points["da"])
    weight = (1.0 / points["da_error"] ** 2).where(np.isfinite(points["da_error"]), 0.0)
    inner = ["delay_ps", "wavelength_nm"]
    strength = (weight * slope**2).sum(inner)
    known = strength > 0.0
    difference = points["da"] - points["da"].mean("scan")
    shift_ps = -(weight * slope * difference).sum(inner) / strength.where(known)
    share = 1.0 - 1.0 / points.sizes["scan"]
    error_ps = (share / strength.where(known)) ** 0.5
    return xr.Dataset({"shift_ps": shift_ps.fillna(0.0), "error_ps": error_ps.fillna(np.inf)})


def _without_drift(points: xr.Dataset, notes: Notes) -> xr.Dataset:
    """Bring the scans onto one time zero, to first order, if any of them is surely off."""
    shifts = scan_shifts(points)
    size_ps = abs(shifts["shift_ps"])
    if not bool((size_ps > SURE * shifts["error_ps"]).any()):
        return points
    notes.add(f"time zero drifts by up to {float(size_ps.max()):.3f} ps from scan to scan: taken out")
    moved: dict[Any, Any] = {
        name: (points[name] + shifts["shift_ps"] * _slope(points[name])).transpose(*points[name].dims)
        for name in AVERAGES
    }
    return points.assign(moved)


def _slope(values: xr.DataArray) -> xr.DataArray:
    """Return how fast the mean of the scans changes with the delay; 0 where delays are not dense."""
    order = values["delay_ps"].argsort().to_numpy()
    rising = values.isel(delay_ps=order).mean("scan")
    delays_ps = rising["delay_ps"].to_numpy()
    if len(np.unique(delays_ps)) < len(delays_ps) or len(delays_ps) < 3:
        return xr.zeros_like(values.isel(scan=0, drop=True))
    gaps_ps = np.diff(delays_ps)
    widest = np.maximum(np.append(gaps_ps, np.inf), np.insert(gaps_ps, 0, np.inf))
    dense = xr.DataArray(widest <= DENSE_PS, dims="delay_ps")
    slope = rising.differentiate("delay_ps").where(dense, 0.0).fillna(0.0)
    return slope.isel(delay_ps=np.argsort(order))
