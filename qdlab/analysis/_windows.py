"""Averages over a window of wavelengths, the same for any sampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._missing import MissingDataError

Floats = NDArray[np.float64]


def inside(wavelengths_nm: Floats, window_nm: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which pixels lie in the window, both ends included."""
    low, high = window_nm
    return np.asarray((wavelengths_nm >= low) & (wavelengths_nm <= high))


def band_weights(wavelengths_nm: Floats, window_nm: tuple[float, float]) -> Floats:
    """Return weights w with spectrum @ w the mean over exactly this window of the linear interpolant.

    Two instruments with different pixels so average the same thing: on the steep side of a line, a pixel more
    or less would be a third of a percent. Any order of wavelengths. MissingDataError if the window is not
    covered.
    """
    low, high = window_nm
    order = np.argsort(wavelengths_nm, kind="stable")
    nm = wavelengths_nm[order]
    if nm.size < 2 or nm[0] > low or nm[-1] < high:
        covered = f"{nm[0]:g} to {nm[-1]:g} nm" if nm.size else "nothing"
        raise MissingDataError(f"the window {low:g} to {high:g} nm is not covered: there is {covered}")
    grid = np.unique(np.concatenate([[low], nm[(nm > low) & (nm < high)], [high]]))
    step = np.diff(grid)
    on_grid = (np.append(step, 0.0) + np.insert(step, 0, 0.0)) / (2.0 * (high - low))
    left = np.clip(np.searchsorted(nm, grid, side="right") - 1, 0, nm.size - 2)
    share = (grid - nm[left]) / (nm[left + 1] - nm[left])
    weights = np.zeros(nm.size)
    np.add.at(weights, order[left], on_grid * (1.0 - share))
    np.add.at(weights, order[left + 1], on_grid * share)
    return weights
