"""What the fibre spectrometer told, as plain data for results.json."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._reduction import Reduction
from qdlab.analysis.charging import Fermi, LineFit, Repelling

HELD = {"n_1s": "n_1s_error", "pl": "pl_error", "level": "level_error"}


def filling_summary(reduction: Reduction) -> dict[str, Any]:
    """Return fits, the held potentials and the cycles; standard errors end in _err."""
    return {
        "reference": {"electrode": reduction.reference.name, "vs_fc_v": reduction.reference.vs_fc_v},
        "line": _line(reduction.lines),
        "fermi": _fermi(reduction.fermi),
        "repelling": _repelling(reduction.repelling),
        "charging": _held(reduction),
        "reversibility": _cycles(reduction.reversibility),
    }


def _line(lines: LineFit | None) -> dict[str, Any] | None:
    if lines is None:
        return None
    return {
        "centre_nm": lines.first.centre_nm,
        "centre_err_nm": lines.errors.centre_nm,
        "width_nm": lines.first.width_nm,
        "width_err_nm": lines.errors.width_nm,
        "amplitude": lines.first.amplitude,
        "amplitude_err": lines.amplitude_error,
    }


def _fermi(fermi: Fermi | None) -> dict[str, Any] | None:
    if fermi is None:
        return None
    return {
        "v_half_v": fermi.v_half_v,
        "v_half_err_v": fermi.v_half_error_v,
        "width_v": fermi.width_v,
        "width_err_v": fermi.width_error_v,
        "chi2": fermi.chi2,
        "source": fermi.source,
    }


def _repelling(fit: Repelling | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    v_first_err, u_err = fit.errors.tolist()
    return {
        "v_first_v": fit.v_first_v,
        "v_first_err_v": v_first_err,
        "u_kt": fit.u_kt,
        "u_err_kt": u_err,
        "temperature_k": fit.temperature_k,
        "chi2": fit.chi2,
        "source": fit.source,
    }


def _held(reduction: Reduction) -> list[dict[str, Any]] | None:
    """Give a row for each held potential; the shares of dots with 0, 1, 2 electrons are the Fermi fit's."""
    held, fermi = reduction.held, reduction.fermi
    if held is None:
        return None
    volts = held["potential_v"].to_numpy()
    rows: list[dict[str, Any]] = [
        {"potential_v": float(v), "potential_vs_fc_v": float(reduction.reference.against_ferrocene_v(v))}
        for v in volts
    ]
    for name, error in HELD.items():
        if name in held:
            for row, value, deviation in zip(
                rows, held[name].to_numpy(), held[error].to_numpy(), strict=True
            ):
                row |= {name: float(value), f"{name}_err": float(deviation)}
    if fermi is not None:
        measured = np.where(held["n_1s"].notnull(), held["measured_potential_v"], np.nan)
        shares, errors = fermi.shares(measured), fermi.shares_error(measured)
        for row, share, deviation in zip(rows, shares, errors, strict=True):
            row |= {"shares": share, "shares_err": deviation}
    return rows


def _cycles(cycles: xr.Dataset | None) -> list[dict[str, Any]] | None:
    if cycles is None:
        return None
    return [
        {
            "cycle": int(k),
            **{_named(name): float(item) for name, item in cycles.sel(cycle=k).data_vars.items()},
        }
        for k in cycles["cycle"].to_numpy()
    ]


def _named(name: object) -> str:
    return str(name).replace("_error", "_err")
