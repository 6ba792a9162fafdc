"""Thresholds of single wavelengths, with and without the demand to make up for a laser's losses."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis.excitation import CrossSection
from qdlab.analysis.gain._crossings import Points, bootstrap
from qdlab.analysis.gain._film import Film, absorbance_of_gain
from qdlab.analysis.gain._series import points_of
from qdlab.analysis.gain._threshold import judged

SURE = 4.0
"""Gain or absorption must exceed its error so often: of 500 bins and 10 fluences not one does by chance."""

NUMBERS = ("n_gain", "n_gain_low", "n_gain_high", "n_gain_low95", "n_gain_high95")


def find_wavelength_thresholds(
    gain: xr.Dataset, held: xr.Dataset, sigma: CrossSection, film: Film | None, choices: Choices
) -> xr.Dataset:
    """Return thresholds over demand, potential and bin: NUMBERS as in Threshold, and `censored`.

    `demand_cm` is the gain coefficient asked for: none (0), and `loss_cm` if the film's thickness is known.
    `censored` is "" for a crossing, "below" and "above" for limits, "unresolved" where the data show neither
    gain nor absorption, so that a bin without film in it is not taken for one without threshold. The error of
    a bin is the scatter of its averages over pairs of shots. MissingDataError without level or excitation.
    """
    if "bin_level" not in held or "n_x" not in gain:
        raise MissingDataError(
            "no threshold of a wavelength: it takes the level A0 + dA_SEC, and the excitation"
        )
    demands = [0.0] if film is None else [0.0, choices.loss_cm]
    shape = (len(demands), gain.sizes["potential_v"], gain.sizes["bin_nm"])
    numbers = {name: np.full(shape, np.nan) for name in NUMBERS}
    censored = np.full(shape, "unresolved", dtype="<U10")
    for i in range(gain.sizes["potential_v"]):
        bare = points_of(gain.isel(potential_v=i), held.isel(potential_v=i), sigma, choices, "bin_")
        for d, demand_cm in enumerate(demands):
            points = bare if film is None else _demanding(bare, demand_cm, film)
            for k, row in _found(points, choices, i).items():
                censored[d, i, k] = row.pop("censored") or ""
                for name in NUMBERS:
                    numbers[name][d, i, k] = row[name]
    dims = ("demand_cm", "potential_v", "bin_nm")
    variables = {name: (dims, values, {"units": ""}) for name, values in numbers.items()}
    coordinates = {"demand_cm": demands, "potential_v": gain["potential_v"], "bin_nm": gain["bin_nm"]}
    return xr.Dataset({**variables, "censored": (dims, censored)}, coordinates)


def _demanding(points: Points, demand_cm: float, film: Film) -> Points:
    """Ask for a gain coefficient on top of transparency."""
    demand = absorbance_of_gain(demand_cm, film.thickness_nm)
    return replace(points, demand=demand, demand_error=film.relative_error)


def _found(points: Points, choices: Choices, index: int) -> dict[int, dict[str, Any]]:
    """Return what is known of each bin in which gain or absorption is sure."""
    if not points.n_x.size:
        return {}
    sure, absorbs = _seen(points)
    highest = float(points.n_x[-1])
    rows = {int(k): asdict(judged(np.inf, np.array([highest] + 3 * [np.inf]), highest)) for k in absorbs}
    if sure.size:
        chosen = replace(
            points,
            **{name: getattr(points, name)[..., sure] for name in ("bleach", "bleach_error")},
            **{name: getattr(points, name)[sure] for name in ("level", "level_error")},
        )
        central, quantiles = bootstrap(chosen, choices.n_bootstrap, choices.bootstrap_seed + index)
        for k, value, quantile in zip(sure, central, quantiles.T, strict=True):
            if quantile[0] > 0.0 or np.isfinite(quantile[-1]):  # else it may lie anywhere
                rows[int(k)] = asdict(judged(float(value), quantile, highest))
    return rows


def _seen(points: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the bins with sure gain, and those without that absorb to the highest fluence."""
    error = np.hypot(np.nan_to_num(points.bleach_error), np.nan_to_num(points.level_error))
    excess = points.bleach - points.level - points.demand
    known = np.isfinite(excess).all(axis=0)
    gains = known & (excess > SURE * error).any(axis=0)
    absorbs = known & ~gains & (excess[-1] < -SURE * error[-1])
    return np.flatnonzero(gains), np.flatnonzero(absorbs)
