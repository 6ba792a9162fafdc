"""Injected electrons and photoluminescence against potential (paper Figs. 2c and 5a)."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import BLUE, GREY, ORANGE, new_figure


def charging(reduction: Reduction) -> Figure:
    """Draw n_1S(V), held and swept, with the Fermi fit, and the PL that is quenched beside it."""
    held, sweep = reduction.held, reduction.sweep
    if not any(spectra is not None and "n_1s" in spectra for spectra in (held, sweep)):
        raise MissingDataError("no figure: n_1S is not known")
    figure = new_figure(8.6, 3.7)
    filled, glowing = figure.subplots(1, 2)
    for column, axes in (("n_1s", filled), ("pl", glowing)):
        _swept(axes, sweep, column)
        _held(axes, held, column)
        axes.set_xlabel("potential (V)")
    if reduction.fermi is not None:
        _fermi(filled, reduction)
    filled.set_ylabel("injected electrons per dot ⟨$n_{1S}$⟩")
    glowing.set_ylabel("PL relative to the uncharged film")
    filled.legend(fontsize="small", frameon=False)
    return figure


def _swept(axes: Axes, sweep: xr.Dataset | None, column: str) -> None:
    if sweep is None or column not in sweep:
        return
    direction = sweep["scan"].to_numpy()
    for sign, marker, name in ((-1, "<", "sweep, falling"), (1, ">", "sweep, rising")):
        part = sweep.isel(cv_step=direction == sign)
        style: dict[str, Any] = {
            "ls": "",
            "marker": marker,
            "ms": 4,
            "mec": GREY,
            "mfc": "none" if sign > 0 else GREY,
        }
        axes.plot(part["measured_potential_v"], part[column], label=name, **style)


def _held(axes: Axes, held: xr.Dataset | None, column: str) -> None:
    if held is None or column not in held:
        return
    error = held.get(f"{column}_error")
    axes.errorbar(
        held["measured_potential_v"],
        held[column],
        error,
        fmt="o",
        color=BLUE,
        capsize=2,
        label="held, settled",
    )


def _fermi(axes: Axes, reduction: Reduction) -> None:
    fermi = reduction.fermi
    low, high = axes.get_xlim()
    potential_v = np.linspace(low, high, 300)
    if fermi is not None:
        label = (
            f"Fermi fit to the {fermi.source}:\n"
            f"$V_{{1/2}}$ = {fermi.v_half_v:.3f} ± {fermi.v_half_error_v:.3f} V\n"
            f"$w$ = {1e3 * fermi.width_v:.0f} ± {1e3 * fermi.width_error_v:.0f} mV"
        )
        axes.plot(potential_v, fermi.n_1s(potential_v), color=ORANGE, label=label)
