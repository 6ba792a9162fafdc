"""A stream of transient-absorption points -> dA over its axes, with errors and counts of rejected shots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._windows import Floats, band_weights, bin_weights
from qdlab.analysis.shots import without_values

AVERAGES = ("da", "band", "bins")


def camera_dark(tree: xr.DataTree) -> Floats:
    """Return the camera's dark level in counts, [potential, px]; NaN where a pixel is full without light.

    A potential without its own dark level gets the mean of the others.
    """
    dark = stream(tree, "ta_dark", "transient absorption")
    ceiling = saturation_counts(tree.attrs)
    shots = [dark["shots"][i].to_numpy() if done else None for i, done in enumerate(dark["done"].to_numpy())]
    levels = [None if taken is None else taken.mean(axis=0, dtype=np.float64) for taken in shots]
    mean = np.mean([level for level in levels if level is not None], axis=0)
    filled = np.array([mean if level is None else level for level in levels])
    return np.where(filled < ceiling, filled, np.nan)


def saturation_counts(attrs: Mapping[Any, Any], key: str = "saturation_counts") -> float:
    """Return the counts at which a detector of the bench is full; infinite if the bench does not say."""
    return float((attrs.get("lab") or {}).get(key, np.inf))


def exported(points: xr.Dataset, choices: Choices) -> xr.Dataset:
    """Return dA that came without its shots in the same form; errors are those that came with it, or unknown.

    Nothing is known of how the errors of pixels hang together: an average takes them for independent. A map
    that came whole is done at each of its delays.
    """
    points = points.assign(done=points["done"].broadcast_like(points["delta_a"].isel(wavelength_nm=0)))
    result = without_values(points, choices)
    da = points["delta_a"].to_numpy().astype(np.float64)
    variance = np.full_like(da, np.nan)
    if "delta_a_error" in points:
        variance = points["delta_a_error"].to_numpy().astype(np.float64) ** 2
    result["da"].to_numpy()[...] = da
    result["da_error"].to_numpy()[...] = np.sqrt(variance)
    nm = points["wavelength_nm"].to_numpy()
    bins = bin_weights(nm, choices)
    covered = bins.any(axis=0)
    result["bins"].to_numpy()[..., covered] = da @ bins[:, covered]
    result["bins_error"].to_numpy()[..., covered] = np.sqrt(variance @ bins[:, covered] ** 2)
    try:
        weights = band_weights(nm, choices.band_nm)
    except MissingDataError:
        return result
    result["band"].to_numpy()[...] = da @ weights
    result["band_error"].to_numpy()[...] = np.sqrt(variance @ weights**2)
    return result


def tidy_delays(transient: xr.Dataset, dim: str = "delay_ps") -> xr.Dataset:
    """Return the points in order of delay, those of a repeated delay averaged."""
    delays, where = np.unique(transient[dim].to_numpy(), return_inverse=True)
    if len(delays) == len(where):
        return transient if (np.diff(where) > 0).all() else transient.sortby(dim)
    groups = [averaged(transient.isel({dim: where == k}), dim) for k in range(len(delays))]
    together = xr.concat(groups, dim=xr.Variable(dim, delays, transient[dim].attrs))
    return together.transpose(*transient["da"].dims, "bin_nm")


def subtract_background(transient: xr.Dataset, before_ps: float, dim: str = "delay_ps") -> xr.Dataset:
    """Take off the mean of the points before time zero: pump scatter, luminescence and fixed patterns.

    `background_error` and `bins_background_error` are what it adds to the errors of band and bins at every
    delay alike. MissingDataError if there is no such point.
    """
    before = transient.isel({dim: transient[dim].to_numpy() < before_ps})
    if not before.sizes[dim]:
        raise MissingDataError(f"no background taken off: there is no delay before {before_ps:g} ps")
    level = averaged(before, dim)
    values: dict[Any, Any] = {name: transient[name] - level[name] for name in AVERAGES}
    errors: dict[Any, Any] = {
        f"{name}_error": np.hypot(transient[f"{name}_error"], level[f"{name}_error"]) for name in AVERAGES
    }
    common = {"background_error": level["band_error"], "bins_background_error": level["bins_error"]}
    return transient.assign(values | errors | common)


def split_error(
    transient: xr.Dataset, name: str = "band", background: str = "background_error"
) -> tuple[xr.DataArray, xr.DataArray | float]:
    """Return the error of an average that is each delay's own, and that of the background all share."""
    total = transient[f"{name}_error"]
    if background not in transient:
        return total, 0.0
    common = transient[background].fillna(0.0)
    return (total**2 - common**2).clip(min=0.0) ** 0.5, common


def averaged(points: xr.Dataset, dim: str) -> xr.Dataset:
    """Average the finished points along one axis, errors as of independent points."""
    mean = points.mean(dim)
    for name in (f"{name}_error" for name in AVERAGES):
        n = points[name].notnull().sum(dim)
        mean[name] = ((points[name] ** 2).sum(dim) / (n**2).where(n > 0)) ** 0.5
    for name in ("n_pairs", "n_rejected"):
        mean[name] = points[name].sum(dim)
    return mean
