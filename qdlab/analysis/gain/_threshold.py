"""The gain threshold of one potential: a small object, not a number (physics.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from qdlab.analysis._windows import Floats
from qdlab.analysis.gain._bleach_curve import fit_shapes, shapes, usable_errors
from qdlab.analysis.gain._crossings import Points, bootstrap
from qdlab.analysis.gain._heuristic import fit_saturating, saturating_crossings

Censored = Literal["below", "above"] | None


@dataclass(frozen=True)
class Series:
    """What a threshold is found from: band bleach over excitons per dot, and the level it has to reach.

    Points [fluence] in rising order of `n_x`, all finite. `n_x_error` is each point's own; `scale_error`
    is the relative error of sigma, common to all. An error that is not known is NaN and counts as none.
    From `n_states` excitons in a dot on (the larger degeneracy) its bleach no longer changes.
    """

    n_x: Floats
    n_x_error: Floats
    bleach: Floats
    bleach_error: Floats
    level: float
    level_error: float
    scale_error: float
    n_states: int = 4


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
        "below": not to be told from zero (the 95 % interval reaches it), and n_gain is an upper limit, that
        interval's `n_gain_high95`.
        "above": no gain up to the highest fluence, and n_gain is only a lower limit (that fluence).
    last_without_gain, first_with_gain
        The measured points that bracket the crossing; NaN where there is none.
    heuristic, heuristic_error
        The paper's crossing of a(1 - exp(-N/b)), and its standard error; NaN where it has none.
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
    heuristic_error: float
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
    central, quantiles = bootstrap(points_of_series(series), n_bootstrap, seed)
    return judged(float(central[0]), quantiles[:, 0], float(series.n_x[-1]))


def points_of_series(series: Series) -> Points:
    """Return a series as one column of points."""
    return Points(
        series.n_x,
        series.n_x_error,
        series.bleach[:, np.newaxis],
        series.bleach_error[:, np.newaxis],
        np.array([series.level]),
        np.array([series.level_error]),
        series.scale_error,
        n_states=series.n_states,
    )


def judged(central: float, quantiles: Floats, highest: float) -> Crossing:
    """Return a crossing from its value and its quantiles; a limit where the interval has no other end."""
    low95, low, high, high95 = quantiles.tolist()
    if low95 == 0.0 and np.isfinite(high95):
        return Crossing(high95, low, high, low95, high95, "below")
    if np.isinf(central):
        return Crossing(highest, min(low, highest), np.inf, low95, np.inf, "above")
    return Crossing(central, min(low, central), max(high, central), low95, high95, None)


def fitted(series: Series, n_x: Floats) -> Floats:
    """Return the curve fitted to the points of a series, on which its crossing is looked for."""
    error = usable_errors(series.bleach_error[:, np.newaxis])
    amplitudes = fit_shapes(series.n_x, series.bleach[:, np.newaxis], error, series.n_states)
    return np.asarray(shapes(n_x, series.n_states, len(series.n_x)) @ amplitudes[:, 0])


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
    if len(series.n_x) < 3:
        return None
    a, b = (float(part[0]) for part in fit_saturating(series.n_x, series.bleach[:, np.newaxis]))
    return (a, b) if np.isfinite(a) else None


def heuristic_crossing(series: Series, n_bootstrap: int, seed: int) -> tuple[float, float]:
    """Return where the paper's a(1 - exp(-N/b)) reaches the level, and its standard error.

    NaN if it does not, or if there are fewer than three points. The error is a bootstrap as find_crossing's.
    """
    if len(series.n_x) < 3:
        return float("nan"), float("nan")
    noise = np.random.default_rng(seed).standard_normal((len(series.n_x) + 2, n_bootstrap))
    noise = np.concatenate([np.zeros((len(noise), 1)), noise], axis=1)  # the first column is the data
    bleach = series.bleach[:, np.newaxis] + np.nan_to_num(series.bleach_error)[:, np.newaxis] * noise[:-2]
    level = series.level + np.nan_to_num(series.level_error) * noise[-2]
    found = saturating_crossings(series.n_x, bleach, level) * np.exp(series.scale_error * noise[-1])
    known = found[np.isfinite(found)]
    return float(found[0]), float(np.std(known, ddof=1)) if len(known) > 2 else float("nan")
