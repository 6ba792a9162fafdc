"""Averages over a window of wavelengths, the same for any sampling."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._choices import Choices
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


def bin_edges_nm(choices: Choices) -> Floats:
    """Return the borders of the bins of a single wavelength: whole bins from the blue end of their range."""
    low, high = choices.bins_nm
    n_bins = int((high - low) / choices.wavelength_bin_nm * (1.0 + 1e-12))
    return np.asarray(low + choices.wavelength_bin_nm * np.arange(n_bins + 1), dtype=np.float64)


def bin_centres_nm(choices: Choices) -> Floats:
    """Return the wavelength that stands for each bin."""
    edges = bin_edges_nm(choices)
    return np.asarray((edges[1:] + edges[:-1]) / 2.0)


def bin_weights(wavelengths_nm: Floats, choices: Choices) -> Floats:
    """Return band_weights [px, bin] of every bin; all zero for a bin that the pixels do not cover."""
    weights = np.zeros((wavelengths_nm.size, bin_centres_nm(choices).size))
    for k, window_nm in enumerate(pairwise(bin_edges_nm(choices).tolist())):
        with suppress(MissingDataError):
            weights[:, k] = band_weights(wavelengths_nm, window_nm)
    return weights
