"""How the potential fills the dots: a Fermi step, and electrons that repel each other, fitted to n_1S."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._scatter import enlargement
from qdlab.analysis._windows import Floats
from qdlab.physics import BOLTZMANN_V_K, charging_shares, dopant_shares, filling

LEAST_ERROR = 1e-3
"""Every n_1S has this error of its own besides: the lines are not exactly Gaussians."""

Curve = Callable[..., Floats]


@dataclass(frozen=True)
class FillingFit(ABC):
    """A fit to n_1S(V): two `parameters` with their `covariance`; `source` says which points were fitted.

    `chi2` is the weighted sum of squares over the degrees of freedom; the covariance is enlarged where it is
    above 1; NaN without a fit.
    """

    parameters: Floats
    covariance: Floats
    chi2: float
    source: str

    @abstractmethod
    def shares_with(self, parameters: Floats, potential_v: ArrayLike) -> Floats:
        """Return the shares [..., c] of dots with c electrons for these parameters."""

    @property
    def errors(self) -> Floats:
        """Standard errors of the parameters."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def n_1s(self, potential_v: ArrayLike) -> Floats:
        """Return the fitted electrons per dot."""
        shares = self.shares(potential_v)
        return np.asarray(shares @ np.arange(shares.shape[-1]))

    def shares(self, potential_v: ArrayLike) -> Floats:
        """Return the shares [..., c] of neutral, singly, doubly charged dots."""
        return self.shares_with(self.parameters, potential_v)

    def shares_error(self, potential_v: ArrayLike) -> Floats:
        """Return the standard errors of the shares, by the slope in every parameter."""
        steps = np.maximum(1e-3 * self.errors, 1e-9)
        slopes = [
            (self.shares_with(self.parameters + step, potential_v) - self.shares(potential_v)) / size
            for step, size in zip(np.diag(steps), steps, strict=True)
        ]
        variance = np.einsum("i...,ij,j...->...", slopes, self.covariance, slopes)
        return np.asarray(np.sqrt(np.clip(variance, 0.0, None)))


@dataclass(frozen=True)
class Fermi(FillingFit):
    """n_1S(V) = g_e/(1 + exp((V - V_half)/w)), electrons filling a dot's states independently (binomial)."""

    g_e: int = 2

    @classmethod
    def of(
        cls, v_half_v: float, v_half_error_v: float, width_v: float, width_error_v: float, source: str
    ) -> Fermi:
        """Return a step that is known from elsewhere, its two errors independent."""
        covariance = np.diag(np.square([v_half_error_v, width_error_v]))
        return cls(np.array([v_half_v, width_v]), covariance, np.nan, source)

    def shares_with(self, parameters: Floats, potential_v: ArrayLike) -> Floats:
        """Return the shares [..., c] for a V_half and a width."""
        v_half, width = parameters.tolist()
        return dopant_shares(filling(potential_v, v_half, width, self.g_e), self.g_e)

    @property
    def v_half_v(self) -> float:
        """Potential of half filling."""
        return float(self.parameters[0])

    @property
    def v_half_error_v(self) -> float:
        """Its standard error."""
        return float(self.errors[0])

    @property
    def width_v(self) -> float:
        """Width w = kT_eff/e."""
        return float(self.parameters[1])

    @property
    def width_error_v(self) -> float:
        """Its standard error."""
        return float(self.errors[1])


@dataclass(frozen=True)
class Repelling(FillingFit):
    """Electrons on one dot repel each other with U, in kT at `temperature_k`; the first comes at V_first."""

    temperature_k: float

    def shares_with(self, parameters: Floats, potential_v: ArrayLike) -> Floats:
        """Return the shares [..., 3] for a V_first and a U/kT."""
        v_first, u_kt = parameters.tolist()
        return charging_shares(potential_v, v_first, u_kt, BOLTZMANN_V_K * self.temperature_k)

    @property
    def v_first_v(self) -> float:
        """Potential at which an empty dot and one with an electron in a given state are equally likely."""
        return float(self.parameters[0])

    @property
    def u_kt(self) -> float:
        """Repulsion in kT; negative if the step is steeper than that of independent electrons."""
        return float(self.parameters[1])


def fit_fermi(potential_v: Floats, n_1s: Floats, n_1s_error: Floats, source: str, *, g_e: int = 2) -> Fermi:
    """Fit V_half and w; the errors grow where the points scatter more than theirs say.

    `n_1s_error`: standard errors [point], or the covariance [point, point] of points that share an error.
    MissingDataError unless there are three points or more and the filling passes through a half.
    """
    v, n, variance, start_v = _prepared(potential_v, n_1s, n_1s_error, g_e / 2.0, source)
    bounds = ([v.min() - 1.0, 1e-3], [v.max() + 1.0, 1.0])
    fitted = _fitted(partial(filling, g_e=g_e), v, n, variance, [start_v, 0.05], bounds, source)
    return Fermi(*fitted, source, g_e)


def fit_repelling(
    potential_v: Floats, n_1s: Floats, n_1s_error: Floats, source: str, *, temperature_k: float
) -> Repelling:
    """Fit V_first and U of two electrons that repel each other; errors and exceptions as fit_fermi."""
    v, n, variance, start_v = _prepared(potential_v, n_1s, n_1s_error, 1.0, source)
    thermal_v = BOLTZMANN_V_K * temperature_k
    low, high = -10.0, 1.0 / thermal_v  # a repulsion of 1 V would be two separate steps, far apart

    def curve(volts: Floats, v_first: float, u_kt: float) -> Floats:
        return np.asarray(charging_shares(volts, v_first, u_kt, thermal_v) @ np.arange(3.0))

    start = [start_v + thermal_v, 2.0]
    bounds = ([v.min() - 1.0, low], [v.max() + 1.0, high])
    return Repelling(*_fitted(curve, v, n, variance, start, bounds, source), source, temperature_k)


def _prepared(
    potential_v: Floats, n_1s: Floats, n_1s_error: Floats, half: float, source: str
) -> tuple[Floats, Floats, Floats, float]:
    """Return the known points, their covariance, and about where they pass through half filling."""
    variance = np.diag(n_1s_error**2) if n_1s_error.ndim == 1 else n_1s_error
    known = np.isfinite(potential_v) & np.isfinite(n_1s) & np.isfinite(np.diag(variance))
    v, n = potential_v[known], n_1s[known]
    if v.size < 3 or not n.min() < half < n.max():
        raise MissingDataError(f"no Fermi fit: the {v.size} {source} do not pass through half filling")
    variance = variance[np.ix_(known, known)] + LEAST_ERROR**2 * np.eye(v.size)
    order = np.argsort(n)
    return v, n, variance, float(np.interp(half, n[order], v[order]))


def _fitted(
    curve: Curve, v: Floats, n: Floats, variance: Floats, start: list[float], bounds: Any, source: str
) -> tuple[Floats, Floats, float]:
    """Return parameters, covariance and chi2 per degree of freedom."""
    from scipy.optimize import OptimizeWarning, curve_fit

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)  # points that tell nothing of a parameter
            best, covariance = curve_fit(
                curve, v, n, start, sigma=variance, absolute_sigma=True, bounds=bounds
            )
    except (RuntimeError, OptimizeWarning) as failure:
        raise MissingDataError(f"no Fermi fit to the {source}: {failure}") from failure
    # What one point alone tells of both parameters comes back as a covariance that is small, and singular.
    if np.linalg.matrix_rank(covariance) < best.size or not np.sqrt(covariance[0, 0]) < np.ptp(v):
        raise MissingDataError(f"no Fermi fit to the {source}: too few lie where the dots fill")
    missed = n - curve(v, *best)
    squares = float(missed @ np.linalg.solve(variance, missed))
    chi2 = squares / (v.size - 2)
    enlarged = enlargement(squares, v.size - 2) ** 2
    return np.asarray(best), np.asarray(covariance * enlarged), chi2
