"""The paper's curve a(1 - exp(-N/b)), fitted to many series at once (physics.md section 5)."""

from __future__ import annotations

import numpy as np

from qdlab.analysis._windows import Floats

LOG_B = np.linspace(np.log(1e-3), np.log(1e3), 141)
"""Grid on which b is looked for before it is refined."""
N_STEPS = 12
"""Of refinement; each makes what is missing some ten times smaller."""


def fit_saturating(n_x: Floats, bleach: Floats) -> tuple[Floats, Floats]:
    """Return a and b [column] of least squares for bleach [point, column]; NaN where b is at a bound.

    a is linear, and eliminated: what is left is a minimum in log b, found on a grid that all columns share
    and then between its neighbours by Gauss and Newton's steps, all columns at once (variable projection,
    Kaufman, BIT 15, 49, 1975).
    """
    shapes = _rise(n_x, np.exp(LOG_B))
    overlap = np.maximum(shapes.T @ bleach, 0.0)
    best = np.argmax(overlap**2 / np.sum(shapes**2, axis=0)[:, np.newaxis], axis=0)
    inner = np.clip(best, 1, len(LOG_B) - 2)
    log_b = LOG_B[inner]
    for _ in range(N_STEPS):
        log_b = np.clip(log_b + _step(n_x, bleach, log_b), LOG_B[inner - 1], LOG_B[inner + 1])
    rise = _rise(n_x, np.exp(log_b))
    a = _dot(rise, bleach) / _dot(rise, rise)
    known = (inner == best) & (a > 0.0)
    return np.where(known, a, np.nan), np.where(known, np.exp(log_b), np.nan)


def saturating_crossings(n_x: Floats, bleach: Floats, level: Floats) -> Floats:
    """Return where each fitted curve comes to its level [column]; NaN where it does not."""
    a, b = fit_saturating(n_x, bleach)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(level < a, -b * np.log1p(-level / a), np.nan)


def _rise(n_x: Floats, b: Floats) -> Floats:
    return np.asarray(-np.expm1(-n_x[:, np.newaxis] / b))


def _step(n_x: Floats, bleach: Floats, log_b: Floats) -> Floats:
    """Return the change of log b that a linear problem would need, with the best a before and after it."""
    x = n_x[:, np.newaxis] * np.exp(-log_b)
    rise = -np.expm1(-x)
    slope = x * (rise - 1.0)  # of rise, in log b
    norm = _dot(rise, rise)
    a = _dot(rise, bleach) / norm
    slope -= rise * (_dot(rise, slope) / norm)
    squares = a * _dot(slope, slope)
    left_over = _dot(slope, bleach)
    return np.divide(left_over, squares, out=np.zeros_like(a), where=squares != 0.0)


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("pc,pc->c", one, other))
