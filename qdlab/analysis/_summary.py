"""The numbers of a reduction as plain data for results.json."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._digest import digest_of
from qdlab.analysis._filling_summary import filling_summary
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.excitation import PumpCalibration
from qdlab.analysis.gain import LIFETIMES, NUMBERS, Threshold, saturation
from qdlab.analysis.transient import Chirp


def summary(reduction: Reduction) -> dict[str, Any]:
    """Return thresholds, fits, choices and notes, every number finite or None, and their digest."""
    sigma = reduction.cross_section
    told = {
        "title": reduction.title,
        "quantity": reduction.quantity,
        "thresholds": [_threshold(threshold) for threshold in reduction.thresholds],
        "wavelength_thresholds": _wavelengths(reduction),
        "gain_coefficient": _coefficient(reduction),
        "gain_lifetimes": _lifetimes(reduction),
        "sigma_cm2": None if sigma is None else sigma.sigma_cm2,
        "sigma_err_cm2": None if sigma is None else sigma.error_cm2,
        "sigma_source": None if sigma is None else sigma.source,
        "biexciton": None if reduction.biexciton is None else asdict(reduction.biexciton),
        **filling_summary(reduction),
        "settling": _rows(reduction.settling, "potential_v"),
        "pump_calibration": _calibration(reduction.pump_calibration),
        "chirp": _chirp(reduction.chirp),
        "time_zero": None if reduction.time_zero is None else asdict(reduction.time_zero),
        "notes": list(reduction.notes),
        "choices": asdict(reduction.choices),
        "provenance": dict(reduction.provenance),
    }
    cleaned: dict[str, Any] = clean(told)
    return {**cleaned, "digest": digest_of(cleaned)}


def _calibration(found: PumpCalibration | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "full_fluence_cm2": found.full_fluence_cm2,
        "full_fluence_err_cm2": found.error_cm2,
        "believed_cm2": found.believed_cm2,
        "settings": _rows(found.settings, "transmission_asked"),
    }


def _rows(table: xr.Dataset | None, dim: str) -> list[dict[str, Any]] | None:
    """Give a row for each potential, or whatever the table goes over."""
    if table is None:
        return None
    names = (dim, *table.data_vars)
    parts = (table.isel({dim: i}) for i in range(table.sizes[dim]))
    return [{str(name): float(part[name]) for name in names} for part in parts]


def _threshold(threshold: Threshold) -> dict[str, Any]:
    """Name a threshold's numbers as results.json does; low and high bound the 68 % interval."""
    numbers = asdict(threshold)
    return {name.replace("_error", "_err"): value for name, value in numbers.items()}


def _wavelengths(reduction: Reduction) -> dict[str, Any] | None:
    """Give a row for each demand and potential, with a number for each wavelength."""
    table = reduction.wavelength_thresholds
    if table is None:
        return None
    rows = [
        {
            "demand_cm": float(row["demand_cm"]),
            "potential_v": float(row["potential_v"]),
            "censored": [word or None for word in row["censored"].to_numpy().tolist()],
            **{name: row[name].to_numpy() for name in NUMBERS},
        }
        for row in (
            table.isel(demand_cm=d, potential_v=i)
            for d in range(table.sizes["demand_cm"])
            for i in range(table.sizes["potential_v"])
        )
    ]
    width_nm = reduction.choices.wavelength_bin_nm
    return {"wavelength_nm": table["bin_nm"].to_numpy(), "bin_width_nm": width_nm, "rows": rows}


def _coefficient(reduction: Reduction) -> list[dict[str, Any]] | None:
    """Give the gain at each potential's largest fluence."""
    table = reduction.gain_coefficients
    if table is None:
        return None
    found = [(float(v), saturation(table, i)) for i, v in enumerate(table["potential_v"].to_numpy())]
    return [{"potential_v": potential_v, **row} for potential_v, row in found if row is not None]


def _lifetimes(reduction: Reduction) -> list[dict[str, Any]] | None:
    """Give a row for each potential, with a number for each fluence."""
    table = reduction.gain_lifetimes
    if table is None:
        return None
    parts = [table.isel(potential_v=i) for i in range(table.sizes["potential_v"])]
    return [
        {
            "potential_v": float(part["potential_v"]),
            "censored": [word or None for word in part["censored"].to_numpy().tolist()],
            **{name: part[name].to_numpy() for name in ("n_x", *LIFETIMES) if name in part},
        }
        for part in parts
    ]


def _chirp(chirp: Chirp | None) -> dict[str, Any] | None:
    if chirp is None:
        return None
    return {
        "t0_ps": "sum of coefficients[k] ((wavelength_nm - centre_nm)/100)^k",
        "coefficients": chirp.coefficients,
        "covariance": chirp.covariance,
        "centre_nm": chirp.centre_nm,
        "residual_rms_ps": chirp.residual_rms_ps,
        "artefact_sigma_ps": chirp.artefact.width_ps,
        "artefact_shape": chirp.artefact.shape,
    }


def clean(value: Any) -> Any:
    """Turn arrays into lists, and numbers that are not finite into None."""
    if isinstance(value, Mapping):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return clean(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
