"""Which potential holds so many electrons in a dot: from a sweep, then from what held films show."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.analysis._windows import Floats
from qdlab.analysis.charging import Fermi, fit_fermi
from qdlab.limits import Range
from qdlab.physics import filling

SIGNIFICANT = 2.0
"""A held film that misses its electrons by less than so many standard errors is left alone."""


def fermi_of_sweep(sweep: xr.Dataset) -> Fermi:
    """Return the filling step free of lag to first order: the mean of the fits to the two directions.

    The film lags behind a sweep, so that the step appears too negative on the way down and too positive on
    the way up. Half of that difference is the error of both potential and width: how far the sweep may be
    trusted. MissingDataError if a direction does not pass through half filling.
    """
    down, up = (_fit(sweep, sweep["scan"].to_numpy() == sign) for sign in (-1, 1))
    lag_v = (up.v_half_v - down.v_half_v) / 2.0
    return Fermi.of(
        (down.v_half_v + up.v_half_v) / 2.0,
        float(np.hypot(lag_v, down.v_half_error_v)),
        (down.width_v + up.width_v) / 2.0,
        float(np.hypot(lag_v, down.width_error_v)),
        "both directions of the sweep",
    )


def fermi_of_held(held: xr.Dataset, of_sweep: Fermi) -> Fermi:
    """Return the filling step through the films held so far, and as near the sweep's as its errors say.

    With one film it is that film which tells where, and the sweep how steep; with more, the films alone.
    """
    from scipy.optimize import least_squares

    known = held["n_1s"].notnull().to_numpy()
    potential_v, n_1s, error = (
        held[name].to_numpy()[known] for name in ("measured_potential_v", "n_1s", "n_1s_error")
    )
    relative_error = of_sweep.width_error_v / of_sweep.width_v

    def misses(parameters: Floats) -> Floats:
        v_half_v, log_width = parameters
        films = (filling(potential_v, v_half_v, of_sweep.width_v * np.exp(log_width)) - n_1s) / error
        return np.append(
            films, [(v_half_v - of_sweep.v_half_v) / of_sweep.v_half_error_v, log_width / relative_error]
        )

    found = least_squares(misses, [of_sweep.v_half_v, 0.0], x_scale=[of_sweep.width_v, 1.0])
    jacobian = np.asarray(found.jac)
    errors = np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
    width_v = of_sweep.width_v * float(np.exp(found.x[1]))
    return Fermi.of(
        float(found.x[0]), float(errors[0]), width_v, width_v * float(errors[1]), "films held so far"
    )


def potential_holding(n_1s: float, fermi: Fermi, within: Range, g_e: int = 2) -> float:
    """Return the potential at which the film holds n_1S electrons per dot, no further than `within`.

    None and all the electrons are held at an end of it.
    """
    if n_1s <= 0.0:
        return within.high
    if n_1s >= g_e:
        return within.low
    potential_v = fermi.v_half_v - fermi.width_v * float(np.log(n_1s) - np.log(g_e - n_1s))
    return float(np.clip(potential_v, within.low, within.high))


def has_arrived(n_1s: float, error: float, target: float, tolerance: float) -> bool:
    """Tell whether a held film has its electrons: within the tolerance, or as far as its error shows."""
    return abs(n_1s - target) <= max(tolerance, SIGNIFICANT * error)


def _fit(sweep: xr.Dataset, one_way: NDArray[np.bool_]) -> Fermi:
    potential_v, n_1s, error = (
        sweep[name].to_numpy()[one_way] for name in ("measured_potential_v", "n_1s", "n_1s_error")
    )
    return fit_fermi(potential_v, n_1s, error, "potentials of one direction of the sweep")
