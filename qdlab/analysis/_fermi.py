"""The Fermi fit: half-filling potential and width of n_1S(V)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.physics import filling


@dataclass(frozen=True)
class Fermi:
    """n_1S(V) = g_e/(1 + exp((V - V_half)/w)); `source` says which points were fitted."""

    v_half_v: float
    v_half_error_v: float
    width_v: float
    width_error_v: float
    source: str

    def n_1s(self, potential_v: ArrayLike) -> Floats:
        """Return the fitted electrons per dot."""
        return filling(potential_v, self.v_half_v, self.width_v)


def fit_fermi(potential_v: Floats, n_1s: Floats, n_1s_error: Floats, source: str) -> Fermi:
    """Fit V_half and w; the errors grow where the points scatter more than theirs say.

    MissingDataError unless there are three points or more and the filling passes through a half.
    """
    from scipy.optimize import curve_fit

    known = np.isfinite(potential_v) & np.isfinite(n_1s) & np.isfinite(n_1s_error)
    v, n = potential_v[known], n_1s[known]
    if v.size < 3 or not n.min() < 1.0 < n.max():
        raise MissingDataError(f"no Fermi fit: the {v.size} {source} do not pass through half filling")
    error = np.maximum(n_1s_error[known], 1e-3)
    order = np.argsort(n)
    start = [float(np.interp(1.0, n[order], v[order])), 0.05]
    bounds = ([v.min() - 1.0, 1e-3], [v.max() + 1.0, 1.0])
    try:
        best, covariance = curve_fit(filling, v, n, start, sigma=error, absolute_sigma=True, bounds=bounds)
    except RuntimeError as failure:
        raise MissingDataError(f"no Fermi fit to the {source}: {failure}") from failure
    chi2 = float(np.sum(((n - filling(v, *best)) / error) ** 2)) / max(v.size - 2, 1)
    errors = np.sqrt(np.diag(covariance) * max(chi2, 1.0))
    return Fermi(float(best[0]), float(errors[0]), float(best[1]), float(errors[1]), source)
