"""Whether charging is reversible: current, electrons per dot and PL, cycle by cycle."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.charging import follow
from qdlab.analysis.figures._style import (
    BLUE,
    ORANGE,
    Sheet,
    letter_panels,
    new_figure,
    potential_axis,
    spread_colours,
)

MICRO = 1e6


def reversibility_of_charging(reduction: Reduction) -> Sheet:
    """Draw the voltammogram of each cycle, and n_1S with PL from spectrum to spectrum."""
    sweep, current = reduction.sweep, reduction.voltammogram
    swept = sweep is not None and "n_1s" in sweep
    if not swept and current is None:
        raise MissingDataError("no figure: there is no cyclic voltammetry")
    figure = new_figure(9.6 if swept and current is not None else 5.2, 3.8)
    panels = iter(np.atleast_1d(figure.subplots(1, int(swept) + int(current is not None))).tolist())
    if current is not None:
        _voltammogram(next(panels), current, reduction)
    if sweep is not None and swept:
        _cycles(next(panels), sweep)
    letter_panels(*(axes for axes in figure.axes if axes.get_label() != "pl"))
    return figure


def _voltammogram(axes: Axes, voltammogram: xr.Dataset, reduction: Reduction) -> None:
    volts, current = (voltammogram[name].to_numpy() for name in ("potential_v", "current_a"))
    _, cycle = follow(volts)
    for k, colour in zip(np.unique(cycle), spread_colours(int(cycle.max())), strict=False):
        part = cycle == k
        axes.plot(volts[part], MICRO * current[part], color=colour, lw=1, label=f"cycle {k}")
    axes.axhline(0.0, color="0.8", lw=0.8, zorder=0)
    potential_axis(axes, reduction.reference)
    axes.set_ylabel("current (µA)")
    axes.legend(fontsize="small", frameon=False)


def _cycles(axes: Axes, sweep: xr.Dataset) -> None:
    steps = np.arange(sweep.sizes["cv_step"])
    axes.errorbar(
        steps, sweep["n_1s"], sweep["n_1s_error"], fmt="o-", ms=3, lw=0.8, color=BLUE, label="⟨$n_{1S}$⟩"
    )
    for k in np.flatnonzero(np.diff(sweep["cycle"].to_numpy())):
        axes.axvline(k + 0.5, color="0.6", lw=0.8, ls="--")
    axes.set_xlabel("spectrum of the sweep")
    axes.set_ylabel("injected electrons per dot ⟨$n_{1S}$⟩", color=BLUE)
    if "pl" not in sweep:
        return
    right = axes.twinx()
    right.set_label("pl")
    right.errorbar(
        steps, sweep["pl"], sweep["pl_error"], fmt="s-", ms=3, lw=0.8, mfc="none", color=ORANGE, label="PL"
    )
    right.set_ylabel("PL relative to the uncharged film", color=ORANGE)
