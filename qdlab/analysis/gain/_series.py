"""Bleach over excitons per dot, and the level it has to reach: in order, repeated points averaged."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis.excitation import CrossSection
from qdlab.analysis.gain._crossings import Points


def points_of(
    gain: xr.Dataset, held: xr.Dataset, sigma: CrossSection, choices: Choices, which: str = ""
) -> Points:
    """Return the points of one potential: of the band, as one column, or of the bins ("bin_").

    Fluences without any bleach are left out.
    """
    n_x = gain["n_x"].to_numpy()
    bleach, error = (
        gain[f"{which}{name}"].to_numpy().reshape(n_x.size, -1) for name in ("bleach", "bleach_error")
    )
    known = np.isfinite(n_x) & np.isfinite(bleach).any(axis=1) & (n_x > 0.0)
    rising, where, count = np.unique(n_x[known], return_inverse=True, return_counts=True)
    own_error, mean, squares = (np.zeros((rising.size, *rest)) for rest in ((), *2 * (bleach.shape[1:],)))
    own_error[where] = gain["n_x_error"].to_numpy()[known]
    np.add.at(mean, where, bleach[known])
    np.add.at(squares, where, error[known] ** 2)
    return Points(
        rising,
        own_error,
        mean / count[:, np.newaxis],
        np.sqrt(squares) / count[:, np.newaxis],
        np.atleast_1d(held[f"{which}level"].to_numpy()),
        np.atleast_1d(held[f"{which}level_error"].to_numpy()),
        sigma.error_cm2 / sigma.sigma_cm2,
        n_states=max(choices.g_e, choices.g_h),
    )
