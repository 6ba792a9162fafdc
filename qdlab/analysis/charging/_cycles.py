"""Cyclic voltammetry: which way the potential goes, in which cycle, and whether what went in comes out."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.analysis.charging._fermi import fit_fermi

Integers = NDArray[np.int64]

TURN_SHARE = 0.1
"""The potential has turned once it is back by this share of its range: noise does not turn it."""


def follow(potential_v: Floats) -> tuple[Integers, Integers]:
    """Return the way of each point of a sweep, -1 falling or +1 rising, and its cycle, from 1.

    A cycle ends where the potential turns for the second time; a turning point belongs to the way that leads
    to it. Points of unknown potential (NaN) take both from the one before. Without any range all is one way.
    """
    known = np.flatnonzero(np.isfinite(potential_v))
    way, half = np.ones(potential_v.size, np.int64), np.zeros(potential_v.size, np.int64)
    turns, first = _turns(potential_v[known])
    for k, turn in enumerate(turns):
        half[known[turn] + 1 :] = k + 1
    way[:] = np.where(half % 2 == 0, first, -first)
    return way, half // 2 + 1


def _turns(potential_v: Floats) -> tuple[list[int], int]:
    """Return the indices at which a potential turns, and the way it begins with."""
    if not potential_v.size or np.ptp(potential_v) == 0.0:
        return [], 1
    turned = TURN_SHARE * float(np.ptp(potential_v))
    away = np.flatnonzero(np.abs(potential_v - potential_v[0]) > turned)[0]
    way = first = 1 if potential_v[away] > potential_v[0] else -1
    turns, furthest = list[int](), 0
    for k in range(potential_v.size):
        if way * (potential_v[k] - potential_v[furthest]) > 0.0:
            furthest = k
        elif way * (potential_v[furthest] - potential_v[k]) > turned:
            turns.append(furthest)
            way, furthest = -way, k
    return turns, first


def with_directions(sweep: xr.Dataset) -> xr.Dataset:
    """Add `scan`, -1 while the potential falls and +1 while it rises, and `cycle`, from 1."""
    way, cycle = follow(sweep["measured_potential_v"].to_numpy())
    axis = sweep["da_sec"].dims[0]
    return sweep.assign(scan=(axis, way), cycle=(axis, cycle))


def reversibility(sweep: xr.Dataset, voltammogram: xr.Dataset | None, g_e: int) -> xr.Dataset:
    """Return, for each cycle, how far the film charged and what was left when the potential was back.

    `n_most`, `n_left` with errors: the most electrons per dot, and those at the end of the cycle; `pl_least`,
    `pl_left` likewise. `v_half_falling_v`, `v_half_rising_v` with errors: of a Fermi step fitted to each way;
    they differ by the film's lag. `charge_in_c`, `charge_out_c`: what flowed towards the film and back, with
    double layer and leak. NaN where it is not known. MissingDataError without n_1S.
    """
    if "n_1s" not in sweep:
        raise MissingDataError("no reversibility: the electrons per dot along the sweep are not known")
    cycles = np.unique(sweep["cycle"])
    charges = {} if voltammogram is None else _charges(voltammogram, cycles)
    rows = [
        {**_cycle(sweep.isel(cv_step=sweep["cycle"].to_numpy() == k), g_e), **charges.get(k, {})}
        for k in cycles
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: ("cycle", [row.get(name, np.nan) for row in rows]) for name in names}
    return xr.Dataset(columns, {"cycle": cycles})


def _cycle(part: xr.Dataset, g_e: int) -> dict[str, float]:
    n_1s = part["n_1s"].to_numpy()
    known = np.flatnonzero(np.isfinite(n_1s))
    row: dict[str, float] = {}
    if known.size:
        most, last = known[np.argmax(n_1s[known])], known[-1]
        error = part["n_1s_error"].to_numpy()
        row |= {"n_most": n_1s[most], "n_most_error": error[most]}
        row |= {"n_left": n_1s[last], "n_left_error": error[last]}
        if "pl" in part:
            pl, pl_error = part["pl"].to_numpy(), part["pl_error"].to_numpy()
            row |= {"pl_least": pl[most], "pl_least_error": pl_error[most]}
            row |= {"pl_left": pl[last], "pl_left_error": pl_error[last]}
    return row | _half_filling(part, g_e, -1, "falling") | _half_filling(part, g_e, 1, "rising")


def _half_filling(part: xr.Dataset, g_e: int, way: int, name: str) -> dict[str, float]:
    """Return V_half of one way; nothing if it does not pass through half filling."""
    branch = part.isel(cv_step=part["scan"].to_numpy() == way)
    volts, n_1s, error = (branch[key].to_numpy() for key in ("measured_potential_v", "n_1s", "n_1s_error"))
    try:
        fermi = fit_fermi(volts, n_1s, error, f"{name} potentials", g_e=g_e)
    except MissingDataError:
        return {}
    return {f"v_half_{name}_v": fermi.v_half_v, f"v_half_{name}_error_v": fermi.v_half_error_v}


def _charges(voltammogram: xr.Dataset, cycles: NDArray[np.int64]) -> dict[int, dict[str, float]]:
    """Return the charge that flowed each way in each cycle; reduction is a negative current (IUPAC)."""
    time_s, current_a = (voltammogram[name].to_numpy() for name in ("time_s", "current_a"))
    _, cycle = follow(voltammogram["potential_v"].to_numpy())
    known = np.isfinite(time_s) & np.isfinite(current_a)
    found = {}
    for k in cycles.tolist():
        part = known & (cycle == k)
        if part.sum() > 1:
            into = -np.trapezoid(np.minimum(current_a[part], 0.0), time_s[part])
            out = np.trapezoid(np.maximum(current_a[part], 0.0), time_s[part])
            found[k] = {"charge_in_c": float(into), "charge_out_c": float(out)}
    return found
