"""How long the film takes to charge: its 1S absorbance after a step of the potential."""

from __future__ import annotations

import warnings

import numpy as np
import xarray as xr
from scipy.optimize import OptimizeWarning, curve_fit

from qdlab.analysis._missing import stream
from qdlab.analysis._windows import Floats

N_AT_REST = 6
"""Looks at the end whose mean is where the film came to rest."""
TOLERANCE = 3e-4
"""Absorbance within which a film counts as at rest where the recipe does not say."""
_UNKNOWN = (np.nan, np.nan)

MEANINGS = {
    "settled": ("", "1 if the film came to rest before the time ran out"),
    "held_s": ("s", "time from the step to the last look"),
    "rest_s": ("s", "time after which the absorbance stays within the tolerance of where it ends"),
    "tau_s": ("s", "time constant of an exponential through the absorbance"),
    "tau_error_s": ("s", "its standard error"),
    "change": ("", "1S absorbance at the end, less that at the first look"),
}


def reduce_settling(tree: xr.DataTree) -> xr.Dataset:
    """Return how each potential was settled at; MissingDataError if none was held.

    Numbers are NaN where they cannot be had: a film that hardly changes has no time constant.
    """
    looks = stream(tree, "settling", "charging times")
    parameters = (tree.attrs.get("parameters") or {}).get("charging") or {}
    tolerance = float(parameters.get("settle_tolerance", TOLERANCE))
    rows = [_of_hold(looks.isel(potential_v=i), tolerance) for i in range(looks.sizes["potential_v"])]
    variables = {
        name: ("potential_v", np.array([row[name] for row in rows]), {"units": unit, "long_name": meaning})
        for name, (unit, meaning) in MEANINGS.items()
    }
    return xr.Dataset(variables, {"potential_v": looks["potential_v"]})


def _of_hold(hold: xr.Dataset, tolerance: float) -> dict[str, float]:
    """Return the numbers of one hold; NaN where it was not measured."""
    known = np.isfinite(hold["absorbance"].to_numpy())
    if not bool(hold["done"]) or known.sum() < 2:
        return dict.fromkeys(MEANINGS, np.nan)
    time_s, absorbance = (hold[name].to_numpy()[known] for name in ("time_s", "absorbance"))
    time_s = time_s - time_s[0]
    tau_s, tau_error_s = _time_constant(time_s, absorbance)
    return {
        "settled": float(hold["settled"]),
        "held_s": float(time_s[-1]),
        "rest_s": _rest_s(time_s, absorbance, tolerance),
        "tau_s": tau_s,
        "tau_error_s": tau_error_s,
        "change": float(absorbance[-N_AT_REST:].mean() - absorbance[0]),
    }


def _rest_s(time_s: Floats, absorbance: Floats, tolerance: float) -> float:
    """Return when the absorbance comes within the tolerance of where it ends, for good."""
    away = np.flatnonzero(np.abs(absorbance - absorbance[-N_AT_REST:].mean()) > tolerance)
    if not away.size:
        return 0.0
    return float(time_s[away[-1] + 1]) if away[-1] + 1 < time_s.size else np.nan


def _time_constant(time_s: Floats, absorbance: Floats) -> tuple[float, float]:
    """Fit end + change exp(-t/tau); NaN if the absorbance does not change by more than it scatters."""
    if time_s.size < N_AT_REST:
        return _UNKNOWN
    start = (absorbance[-1], absorbance[0] - absorbance[-1], time_s[-1] / 5.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", OptimizeWarning)
        try:
            found, covariance = curve_fit(_exponential, time_s, absorbance, start)
        except (RuntimeError, OptimizeWarning):
            return _UNKNOWN
    errors = np.sqrt(np.diag(covariance))
    if not abs(found[1]) > 5.0 * errors[1] or not 0.0 < found[2] < time_s[-1]:
        return _UNKNOWN
    return float(found[2]), float(errors[2])


def _exponential(time_s: Floats, end: float, change: float, tau_s: float) -> Floats:
    return np.asarray(end + change * np.exp(-np.clip(time_s / tau_s, -50.0, 700.0)))
