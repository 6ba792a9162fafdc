"""Gain coefficient of the film: g = -A* ln(10)/d (physics.md section 5)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis.gain._film import Film, gain_of_absorbance


def gain_coefficients(gain: xr.Dataset, held: xr.Dataset, film: Film) -> xr.Dataset:
    """Return g in 1/cm at the gain delay over potential and fluence: `g_cm` of each bin, `band_g_cm`.

    The errors `g_error_cm` and `band_g_error_cm` are those of dA, A0 and dA_SEC; the thickness is off for all
    alike, and its relative error is the attribute `thickness_share`. MissingDataError without a level.
    """
    if "bin_level" not in held:
        raise MissingDataError("no gain coefficient: the level A0 + dA_SEC is not known")
    per_absorbance = gain_of_absorbance(film.thickness_nm)
    variables: dict[str, xr.DataArray] = {}
    for name, which in (("g", "bin_"), ("band_g", "")):
        variance = gain[f"{which}bleach_error"] ** 2 + held[f"{which}level_error"] ** 2
        variables[f"{name}_cm"] = per_absorbance * (gain[f"{which}bleach"] - held[f"{which}level"])
        variables[f"{name}_error_cm"] = per_absorbance * variance**0.5
    for column in variables.values():
        column.attrs = {"units": "1/cm", "long_name": "gain coefficient"}
    extra = {name: gain[name] for name in ("n_x", "n_x_error") if name in gain}
    return xr.Dataset({**variables, **extra}, attrs={"thickness_share": film.relative_error})


def by_excitation(one: xr.Dataset, known: xr.DataArray) -> list[int]:
    """Return the indices of the known fluences of one potential, from least to most excited.

    A run that chooses its fluences measures them in another order. Where the excitation is not known, they
    come first, as they were measured.
    """
    measured = np.flatnonzero(known.to_numpy())
    n_x = one["n_x"].to_numpy()[measured] if "n_x" in one else np.zeros(measured.size)
    return [int(k) for k in measured[np.argsort(np.nan_to_num(n_x, nan=-1.0), kind="stable")]]


def saturation(coefficients: xr.Dataset, index: int) -> dict[str, float] | None:
    """Return the gain of one potential at its largest fluence, where it comes near its limit.

    Of the band, and of the bin where it is largest. None if the band's gain was not measured.
    """
    one = coefficients.isel(potential_v=index)
    measured = by_excitation(one, one["band_g_cm"].notnull())
    if not measured or "n_x" not in one:
        return None
    last = one.isel(fluence_cm2=measured[-1])
    share = float(coefficients.attrs["thickness_share"])
    peak = last.isel(bin_nm=int(np.nanargmax(last["g_cm"]))) if last["g_cm"].notnull().any() else None
    return {
        "n_x": float(last["n_x"]),
        "band_g_cm": float(last["band_g_cm"]),
        "band_g_err_cm": float(last["band_g_error_cm"]),
        "band_g_thickness_err_cm": share * abs(float(last["band_g_cm"])),
        "peak_nm": np.nan if peak is None else float(peak["bin_nm"]),
        "peak_g_cm": np.nan if peak is None else float(peak["g_cm"]),
        "peak_g_err_cm": np.nan if peak is None else float(peak["g_error_cm"]),
    }
