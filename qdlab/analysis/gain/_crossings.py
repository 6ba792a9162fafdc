"""Where curves of bleach cross their levels, with a vectorised bootstrap of what enters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdlab.analysis._scatter import enlargement
from qdlab.analysis._windows import Floats
from qdlab.analysis.gain._bleach_curve import fit_shapes, shapes, usable_errors
from qdlab.analysis.gain._near_zero import interval_near_zero

N_GRID = 129
"""Points of a curve between which it is taken as straight: to 1e-5 of its length."""
N_COLUMNS = 4096
"""Columns at a time, so that they stay in the cache."""
QUANTILES = (0.025, 0.16, 0.84, 0.975)
"""Ends of the 95 and 68 % intervals, in rising order."""


@dataclass(frozen=True)
class Points:
    """Several series that share their fluences: bleach [point, column] and level [column]; see Series.

    `demand` is how far the bleach must exceed the level, with `demand_error`, its relative error.
    """

    n_x: Floats
    n_x_error: Floats
    bleach: Floats
    bleach_error: Floats
    level: Floats
    level_error: Floats
    scale_error: float
    demand: float = 0.0
    demand_error: float = 0.0
    n_states: int = 4


def bootstrap(points: Points, n_bootstrap: int, seed: int) -> tuple[Floats, Floats]:
    """Return the crossing [column] and its QUANTILES [quantile, column], all columns at once.

    The columns see the same noise: each interval is its own, and neighbouring ones do not scatter by chance.
    A film cannot amplify unpumped: a crossing below zero is noise, and an interval that comes near zero is
    that of interval_near_zero.
    """
    level = points.level
    weights = usable_errors(points.bleach_error)
    amplitudes = fit_shapes(points.n_x, points.bleach, weights, points.n_states)
    central = crossings(points, amplitudes, level + points.demand)
    error = _errors(points, amplitudes)
    noise = np.random.default_rng(seed).standard_normal((len(points.n_x) + 3, n_bootstrap))
    bleach = points.bleach[..., np.newaxis] + error[..., np.newaxis] * noise[:-3, np.newaxis]
    demand = points.demand * (1.0 + points.demand_error * noise[-1])
    levels = level[:, np.newaxis] + np.nan_to_num(points.level_error)[:, np.newaxis] * noise[-3] + demand
    repeated = fit_shapes(points.n_x, bleach, weights, points.n_states)
    found = crossings(points, repeated.reshape(len(repeated), -1), levels.ravel()).reshape(levels.shape)
    found = found * np.exp(points.scale_error * noise[-2])
    quantiles = np.quantile(found, QUANTILES, axis=1, method="inverted_cdf")
    return np.maximum(central, 0.0), _not_negative(central, quantiles)


def _not_negative(central: Floats, quantiles: Floats) -> Floats:
    """Return QUANTILES with those of crossings within some three standard errors of zero replaced."""
    low95, low, high, high95 = quantiles
    bounded = np.isfinite(high95)
    error = np.subtract(high, low, out=np.zeros_like(low), where=bounded) / 2.0
    near = np.flatnonzero(bounded & (error > 0.0) & (low95 < error))
    measured, error = central[near] / error[near], error[near]
    corrected = np.maximum(quantiles, 0.0)
    corrected[1:3, near] = error * interval_near_zero(measured, QUANTILES[2] - QUANTILES[1])
    corrected[::3, near] = error * interval_near_zero(measured, QUANTILES[3] - QUANTILES[0])
    return corrected


def crossings(points: Points, amplitudes: Floats, level: Floats) -> Floats:
    """Return where each curve [shape, column] first reaches its level [column].

    A level below zero is met by the tangent in zero, at zero if that does not rise; infinite if the level is
    not reached up to the highest point.
    """
    highest = points.n_x[-1] / (1.0 + points.n_x[-1])
    u = np.linspace(0.0, highest, N_GRID)  # N/(1 + N), in which a saturating bleach is nearly straight
    curve_of = shapes(u / (1.0 - u), points.n_states, len(points.n_x))
    found = np.empty(len(level))
    for start in range(0, len(level), N_COLUMNS):
        part = slice(start, start + N_COLUMNS)
        found[part] = _first(u, curve_of @ amplitudes[:, part], level[part])
    slope = curve_of[1] @ amplitudes / u[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(level > 0.0, found / (1.0 - found), np.where(slope > 0.0, level / slope, 0.0))


def _first(u: Floats, curves: Floats, level: Floats) -> Floats:
    """Return where each curve [u, column] first reaches its level, 1 if it does not."""
    reached = curves >= level
    k = np.maximum(reached.argmax(axis=0), 1)
    column = np.arange(len(level))
    below, above = curves[k - 1, column], curves[k, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((level - below) / (above - below), 0.0, 1.0)
    return np.where(reached.any(axis=0), u[k - 1] + share * (u[k] - u[k - 1]), 1.0)


def _errors(points: Points, amplitudes: Floats) -> Floats:
    """Return the errors [point, column] to draw from: of dA, of N_X by the slope, enlarged if improbable."""
    step = 1e-3 * points.n_x
    around = [shapes(points.n_x + sign * step, points.n_states, len(points.n_x)) for sign in (1.0, -1.0)]
    slope = (around[0] - around[1]) @ amplitudes / (2.0 * step[:, np.newaxis])
    error = np.hypot(np.nan_to_num(points.bleach_error), slope * points.n_x_error[:, np.newaxis])
    fitted = shapes(points.n_x, points.n_states, len(points.n_x)) @ amplitudes
    squares = np.sum(((points.bleach - fitted) / usable_errors(error)) ** 2, axis=0)
    return np.asarray(error * enlargement(squares, len(points.n_x) - len(amplitudes)))
