"""Thresholds of all potentials, and the maps A* = A0 + dA_SEC + dA."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis.excitation import CrossSection
from qdlab.analysis.gain._series import points_of
from qdlab.analysis.gain._threshold import Series, Threshold, bracket, find_crossing, heuristic_crossing
from qdlab.physics import gain_threshold


def find_thresholds(
    gain: xr.Dataset, held: xr.Dataset, sigma: CrossSection, choices: Choices
) -> list[tuple[Threshold, Series]]:
    """Return threshold and series of each potential that has a level and at least one measured fluence."""
    if "level" not in held:
        raise MissingDataError("no threshold: the level A0 + dA_SEC is not known")
    found = []
    for i in range(gain.sizes["potential_v"]):
        series = _series(gain.isel(potential_v=i), held.isel(potential_v=i), sigma, choices)
        if len(series.n_x) and np.isfinite(series.level):
            found.append((_threshold(series, held.isel(potential_v=i), choices, i), series))
    if not found:
        raise MissingDataError("no threshold: no potential has both a level and a fluence with a bleach")
    return found


def absorption_maps(transient: xr.Dataset, ground: xr.Dataset, held: xr.Dataset) -> xr.DataArray:
    """Return A* over potential, fluence, delay and camera wavelength; negative is gain."""
    nm = transient["wavelength_nm"].to_numpy()
    known_nm = ground["wavelength_nm"].to_numpy()
    order = np.argsort(known_nm)
    steady = (ground["a0"] + held["da_sec"]).transpose("potential_v", "wavelength_nm").to_numpy()[:, order]
    on_camera = np.array([np.interp(nm, known_nm[order], row, left=np.nan, right=np.nan) for row in steady])
    a_star = transient["da"] + xr.DataArray(on_camera, dims=("potential_v", "wavelength_nm"))
    return a_star.assign_attrs(units="", long_name="A* = A0 + dA_SEC + dA")


def _series(gain: xr.Dataset, held: xr.Dataset, sigma: CrossSection, choices: Choices) -> Series:
    points = points_of(gain, held, sigma, choices)
    return Series(
        points.n_x,
        points.n_x_error,
        points.bleach[:, 0],
        points.bleach_error[:, 0],
        float(points.level[0]),
        float(points.level_error[0]),
        points.scale_error,
        points.n_states,
    )


def _threshold(series: Series, held: xr.Dataset, choices: Choices, index: int) -> Threshold:
    crossing = find_crossing(series, choices.n_bootstrap, choices.bootstrap_seed + index)
    n_1s, error = (float(held[name]) if name in held else np.nan for name in ("n_1s", "n_1s_error"))
    last_without, first_with = bracket(series)
    heuristic, heuristic_error = heuristic_crossing(
        series, choices.n_bootstrap, choices.bootstrap_seed + index
    )
    model = gain_threshold(
        np.clip(n_1s, 0.0, choices.g_e), g_e=choices.g_e, g_h=choices.g_h, dopants=choices.dopant_model
    )
    return Threshold(
        potential_v=float(held["potential_v"]),
        n_1s=n_1s,
        n_1s_error=error,
        n_gain=crossing.n_gain,
        n_gain_low=crossing.n_gain_low,
        n_gain_high=crossing.n_gain_high,
        n_gain_low95=crossing.n_gain_low95,
        n_gain_high95=crossing.n_gain_high95,
        censored=crossing.censored,
        last_without_gain=last_without,
        first_with_gain=first_with,
        heuristic=heuristic,
        heuristic_error=heuristic_error,
        n_gain_model=float(model),
    )
