"""The paper's curve a(1 - exp(-N/b)), fitted to many series at once (physics.md section 5)."""

from __future__ import annotations

import numpy as np

from qdlab.analysis._windows import Floats

B_LOW, B_HIGH = 1e-3, 1e3
N_STEPS = 60


def fit_saturating(n_x: Floats, bleach: Floats) -> tuple[Floats, Floats]:
    """Return a and b [column] of least squares for bleach [point, column]; NaN where b is at a bound.

    a is linear, and eliminated: what is left is a minimum in log b, found on a grid and then between its
    neighbours by golden sections, all columns at once.
    """
    grid = np.linspace(np.log(B_LOW), np.log(B_HIGH), 141)
    squares = np.array([_left_over(n_x, bleach, np.full(bleach.shape[1], log_b)) for log_b in grid])
    best = squares.argmin(axis=0)
    inner = np.clip(best, 1, len(grid) - 2)
    low, high = grid[inner - 1], grid[inner + 1]
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(N_STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        first = _left_over(n_x, bleach, left) < _left_over(n_x, bleach, right)
        low, high = np.where(first, low, left), np.where(first, right, high)
    b = np.exp((low + high) / 2.0)
    a = _amplitude(n_x, bleach, b)
    known = (inner == best) & (a > 0.0)
    return np.where(known, a, np.nan), np.where(known, b, np.nan)


def saturating_crossings(n_x: Floats, bleach: Floats, level: Floats) -> Floats:
    """Return where each fitted curve comes to its level [column]; NaN where it does not."""
    a, b = fit_saturating(n_x, bleach)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(level < a, -b * np.log1p(-level / a), np.nan)


def _rise(n_x: Floats, b: Floats) -> Floats:
    return np.asarray(-np.expm1(-n_x[:, np.newaxis] / b))


def _amplitude(n_x: Floats, bleach: Floats, b: Floats) -> Floats:
    rise = _rise(n_x, b)
    return np.asarray(np.sum(rise * bleach, axis=0) / np.sum(rise**2, axis=0))


def _left_over(n_x: Floats, bleach: Floats, log_b: Floats) -> Floats:
    """Return the squares each column leaves over with its best a for this b; bad where that is negative."""
    rise = _rise(n_x, np.exp(log_b))
    overlap = np.sum(rise * bleach, axis=0)
    explained = np.where(overlap > 0.0, overlap, 0.0) ** 2 / np.sum(rise**2, axis=0)
    return np.asarray(np.sum(bleach**2, axis=0) - explained)
