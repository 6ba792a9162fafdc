"""The gain threshold of one potential: a small object, not a number (physics.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from qdlab.analysis._windows import Floats

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator

Censored = Literal["below", "above"] | None


@dataclass(frozen=True)
class Series:
    """What a threshold is found from: band bleach over excitons per dot, and the level it has to reach.

    Points [fluence] in rising order of `n_x`, all finite. `n_x_error` is each point's own; `scale_error`
    is the relative error of sigma, common to all. An error that is not known is NaN and counts as none.
    """

    n_x: Floats
    n_x_error: Floats
    bleach: Floats
    bleach_error: Floats
    level: float
    level_error: float
    scale_error: float


@dataclass(frozen=True)
class Threshold:
    """Excitons per dot at which the band is transparent.

    Attributes
    ----------
    potential_v, n_1s, n_1s_error
        Where, and with how many injected electrons per dot.
    n_gain, n_gain_low, n_gain_high
        The crossing and its 68 % interval; `n_gain_low95`, `n_gain_high95` the 95 % one. Infinite where the
        highest fluence does not bound it, NaN where nothing is known.
    censored
        "below": the interval reaches zero, and n_gain is only an upper limit (its `n_gain_high`).
        "above": no gain up to the highest fluence, and n_gain is only a lower limit (that fluence).
    last_without_gain, first_with_gain
        The measured points that bracket the crossing; NaN where there is none.
    heuristic
        The paper's crossing of a(1 - exp(-N/b)); NaN where it has none.
    n_gain_model
        The counting model at this n_1s.
    """

    potential_v: float
    n_1s: float
    n_1s_error: float
    n_gain: float
    n_gain_low: float
    n_gain_high: float
    n_gain_low95: float
    n_gain_high95: float
    censored: Censored
    last_without_gain: float
    first_with_gain: float
    heuristic: float
    n_gain_model: float


@dataclass(frozen=True)
class Crossing:
    """The part of a threshold that a series alone gives; see Threshold."""

    n_gain: float
    n_gain_low: float
    n_gain_high: float
    n_gain_low95: float
    n_gain_high95: float
    censored: Censored


def find_crossing(series: Series, n_bootstrap: int, seed: int) -> Crossing:
    """Return crossing, intervals and censoring of a series.

    The intervals are a bootstrap with Gaussian errors of every point, of its N_X (by the slope of the curve),
    of the level and of sigma; the error of A0 and dA_SEC so counts as much as that of dA_TA.
    """
    points = Points(
        series.n_x,
        series.n_x_error,
        series.bleach[:, np.newaxis],
        series.bleach_error[:, np.newaxis],
        np.array([series.level]),
        np.array([series.level_error]),
        series.scale_error,
    )
    central, quantiles = bootstrap(points, n_bootstrap, seed)
    return judged(float(central[0]), quantiles[:, 0], float(series.n_x[-1]))


def judged(central: float, quantiles: Floats, highest: float) -> Crossing:
    """Return a crossing from its value and its quantiles; a limit where the interval has no other end."""
    low95, low, high, high95 = quantiles.tolist()
    if low == 0.0:
        return Crossing(high, 0.0, high, 0.0, high95, "below")
    if np.isinf(central):
        return Crossing(highest, min(low, highest), np.inf, low95, np.inf, "above")
    return Crossing(central, min(low, central), max(high, central), low95, high95, None)


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


def bootstrap(points: Points, n_bootstrap: int, seed: int) -> tuple[Floats, Floats]:
    """Return the crossing [column] and its quantiles [2.5, 16, 84, 97.5 %; column], all columns at once.

    The columns see the same noise: each interval is its own, and neighbouring ones do not scatter by chance.
    """
    level = np.maximum(
        points.level, 0.0
    )  # a film cannot amplify unpumped: below zero the level is only noise
    central = crossings(points.n_x, points.bleach, level + points.demand)
    rises = np.vstack([np.zeros(level.size), points.bleach])
    slope = np.abs(np.gradient(rises, np.append(0.0, points.n_x), axis=0)[1:])
    error = np.hypot(np.nan_to_num(points.bleach_error), slope * points.n_x_error[:, np.newaxis])
    noise = np.random.default_rng(seed).standard_normal((len(points.n_x) + 3, n_bootstrap))
    bleach = points.bleach[..., np.newaxis] + error[..., np.newaxis] * noise[:-3, np.newaxis]
    demand = points.demand * (1.0 + points.demand_error * noise[-1])
    levels = level[:, np.newaxis] + np.nan_to_num(points.level_error)[:, np.newaxis] * noise[-3] + demand
    repeated = crossings(points.n_x, bleach.reshape(len(points.n_x), -1), levels.ravel())
    repeated = repeated.reshape(levels.shape) * np.exp(points.scale_error * noise[-2])
    quantiles = np.quantile(repeated, [0.025, 0.16, 0.84, 0.975], axis=1, method="inverted_cdf")
    return central, quantiles


def crossings(n_x: Floats, bleach: Floats, level: Floats) -> Floats:
    """Return where each column of bleach [point, column] first reaches its level [column].

    0 if the level is not above zero, infinite if it is not reached.
    """
    curve = _curve(n_x, bleach)
    u = curve.x
    reached = bleach >= level
    k = np.where(reached.any(axis=0), reached.argmax(axis=0), 0)
    column = np.arange(len(level))
    u_cross = u[k] + reached_within(curve.c[:, k, column], u[k + 1] - u[k], level)
    found = np.where(reached.any(axis=0), u_cross / (1.0 - u_cross), np.inf)
    return np.where(level > 0.0, found, 0.0)


def reached_within(cubic: Floats, width: Floats, level: Floats) -> Floats:
    """Return where each rising cubic [coefficient, column] comes to its level, in a piece of this width."""
    low, high = np.zeros(cubic.shape[1]), width
    for _ in range(40):  # to a part in 1e12
        middle = (low + high) / 2.0
        below = ((cubic[0] * middle + cubic[1]) * middle + cubic[2]) * middle + cubic[3] < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2.0)


def interpolated(series: Series, n_x: Floats) -> Floats:
    """Return the curve through the points of a series, on which its crossing is looked for."""
    return np.asarray(_curve(series.n_x, series.bleach)(_straightened(n_x)))


def _curve(n_x: Floats, bleach: Floats) -> PchipInterpolator:
    """Interpolate monotonously (PCHIP) through the exact origin and the measured points [point, ...].

    In the coordinate N/(1 + N), in which a saturating bleach is nearly straight.
    """
    from scipy.interpolate import PchipInterpolator

    origin = np.zeros((1, *bleach.shape[1:]))
    return PchipInterpolator(_straightened(np.append(0.0, n_x)), np.concatenate([origin, bleach]))


def _straightened(n_x: Floats) -> Floats:
    return np.asarray(n_x / (1.0 + n_x))


def bracket(series: Series) -> tuple[float, float]:
    """Return the measured points next to the threshold: the last one before gain, the first one with gain.

    0, the exact origin, if the first point shows gain; NaN if none does.
    """
    gain = series.bleach > series.level
    first = int(gain.argmax()) if gain.any() else len(gain)
    before = float(series.n_x[first - 1]) if first else 0.0
    return before, float(series.n_x[first]) if first < len(gain) else float("nan")


def heuristic_curve(series: Series) -> tuple[float, float] | None:
    """Return a and b of the paper's a(1 - exp(-N/b)) through the points; None if it has no fit."""
    from scipy.optimize import curve_fit

    def curve(n: Floats, a: float, b: float) -> Floats:
        return np.asarray(-a * np.expm1(-n / b))

    if len(series.n_x) < 3:
        return None
    start = [float(np.max(np.abs(series.bleach))), 1.5]
    try:
        (a, b), _ = curve_fit(curve, series.n_x, series.bleach, start, bounds=([0.0, 1e-3], [np.inf, 1e3]))
    except (RuntimeError, ValueError):
        return None
    return float(a), float(b)


def heuristic_crossing(series: Series) -> float:
    """Return where the paper's curve reaches the level; NaN if it does not, or has no fit."""
    curve = heuristic_curve(series)
    if curve is None or not series.level < curve[0]:
        return float("nan")
    a, b = curve
    return float(-b * np.log1p(-series.level / a))
