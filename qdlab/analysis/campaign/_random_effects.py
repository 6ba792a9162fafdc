"""Several measurements of one quantity: their mean, and how far they scatter beyond their errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdlab.analysis._windows import Floats

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Combined:
    """A mean over runs (random effects: every run has an error of its own and one that it shares with none).

    Attributes
    ----------
    value, error
        The mean and its standard error, scatter included.
    low95, high95
        Its 95 % interval, by Student's t, as few runs tell little of their scatter, and no narrower than
        their own errors make it. Infinite for one run.
    statistical_error
        What the error would be if the runs scattered by their own errors only; NaN if those are not known.
    scatter
        Standard deviation between the runs beyond their own errors; 0 if those explain it.
    chi2
        Weighted sum of squares over n - 1: about 1 if their own errors explain the scatter; NaN for one.
    n
        How many runs.
    """

    value: float
    error: float
    low95: float
    high95: float
    statistical_error: float
    scatter: float
    chi2: float
    n: int


def combine(values: Floats, errors: Floats) -> Combined:
    """Return the random-effects mean of finite values with standard errors; ValueError if there are none.

    The scatter is Paule and Mandel's (J. Res. Natl. Bur. Stand. 87, 377, 1982): so large that the weighted
    sum of squares is n - 1. The error is Hartung and Knapp's (Stat. Med. 20, 3875, 2001), from the squares
    themselves, and no less than the weights say. Where an error is not known (NaN, 0), all count alike.
    """
    n = len(values)
    if n == 0:
        raise ValueError("no value to combine")
    known = bool(np.all(np.isfinite(errors) & (errors > 0.0)))
    if n == 1:
        own = float(errors[0]) if known else np.nan
        return Combined(float(values[0]), own, -np.inf, np.inf, own, 0.0, np.nan, 1)
    scatter = _scatter(values, errors) if known else float(np.std(values, ddof=1))
    weights = 1.0 / (errors**2 + scatter**2) if known else np.ones(n)
    mean = float(weights @ values / weights.sum())
    seen = float(np.sqrt(weights @ (values - mean) ** 2 / (n - 1) / weights.sum()))
    statistical = float(1.0 / np.sqrt(np.sum(1.0 / errors**2))) if known else np.nan
    said = float(1.0 / np.sqrt(weights.sum())) if known else 0.0
    chi2 = _squares(values, errors, 0.0) / (n - 1) if known else np.nan
    reach = max(_t95(n - 1) * seen, NORMAL_95 * said)
    return Combined(mean, max(seen, said), mean - reach, mean + reach, statistical, scatter, chi2, n)


def _scatter(values: Floats, errors: Floats) -> float:
    """Return the scatter that makes the weighted sum of squares n - 1; 0 if it is no more than that."""
    from scipy.optimize import brentq

    n = len(values)
    if _squares(values, errors, 0.0) <= n - 1:
        return 0.0
    most = float(np.ptp(values)) * np.sqrt(n)
    return float(brentq(lambda scatter: _squares(values, errors, scatter) - (n - 1), 0.0, most))


def _squares(values: Floats, errors: Floats, scatter: float) -> float:
    weights = 1.0 / (errors**2 + scatter**2)
    return float(weights @ (values - weights @ values / weights.sum()) ** 2)


def _t95(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))
