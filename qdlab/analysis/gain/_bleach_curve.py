"""Bleach over excitons per dot as a curve through noisy points, many columns at once.

Dots absorb photons independently, so the shares of dots with 1, 2 .. excitons are Poisson's, whatever a dot
with so many bleaches: that is left free. From `n_states` excitons on, both levels are full and the bleach no
longer changes. This is neither transition counting nor a line shape; it is linear, so that a bootstrap is one
product of matrices, and every point helps to say where the curve crosses a level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qdlab.analysis._windows import Floats
from qdlab.physics import poisson_shares


def shapes(n_x: ArrayLike, n_states: int, n_points: int) -> Floats:
    """Return the shares [n_x, shape] of dots with at least 1, .. `n_states` excitons.

    Fewer of them, evenly spread, where there are fewer points to carry them.
    """
    n_shapes = int(np.clip(n_points, 1, n_states))
    fewer = np.cumsum(poisson_shares(n_x, n_states - 1), axis=-1)
    chosen = np.unique(np.rint(np.linspace(0, n_states - 1, n_shapes)).astype(int))
    return np.asarray(1.0 - fewer[..., chosen])


def fit_shapes(n_x: Floats, bleach: Floats, error: Floats, n_states: int) -> Floats:
    """Return amplitudes [shape, ...] of the weighted least-squares fit to bleach [point, column, ...].

    `error` [point, column]; weights are the same for all repetitions of a column.
    """
    design = shapes(n_x, n_states, len(n_x)) / error.T[..., np.newaxis]
    solve = np.linalg.pinv(design)  # [column, shape, point]
    scaled = (bleach.T / error.T).T if bleach.ndim == 2 else bleach / error[..., np.newaxis]
    return np.asarray(np.einsum("csp,pc...->sc...", solve, scaled))


def usable_errors(error: Floats) -> Floats:
    """Return errors fit for weights [point, column]: known, above zero, and none luckily small."""
    known = np.where(np.isfinite(error) & (error > 0.0), error, np.nan)
    typical = np.nanmedian(known, axis=0) if np.isfinite(known).any() else np.ones(error.shape[1])
    typical = np.where(np.isfinite(typical), typical, 1.0)
    return np.maximum(np.where(np.isfinite(known), known, typical), typical / 3.0)
