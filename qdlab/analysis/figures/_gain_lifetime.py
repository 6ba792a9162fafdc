"""Gain lifetime against excitation, neutral and most doped film, beside the model (paper Fig. 5c)."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import BLUE, ORANGE, SMALL, Sheet, extremes, labels_of, needed, new_figure
from qdlab.physics import gain_lifetime_ps

N_MODEL = 40
ARROW = 0.05
"""Length of an arrow where an interval has no upper end, as a share of the largest lifetime."""


def gain_lifetime(reduction: Reduction) -> Sheet:
    """Draw lifetimes with 68 % intervals, limits, and the model at the measured n_1S, which is not fitted."""
    table = needed(reduction.gain_lifetimes, "gain lifetime")
    known = table["censored"].isin(["", "below", "above"])
    if "n_x" not in table or not bool(known.any()):
        raise MissingDataError("no figure: no gain was seen whose lifetime could be told")
    potentials = extremes(reduction.held, known.any("fluence_cm2"))
    labels = labels_of(reduction.held, table["potential_v"].to_numpy())
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    for i, colour, marker, dash in zip(potentials, (BLUE, ORANGE), "oD", ("-", "--"), strict=False):
        one = table.isel(potential_v=i).where(known.isel(potential_v=i), drop=True).sortby("n_x")
        _measured(axes, one, colour, marker, labels[i])
        if reduction.held is not None and "n_1s" in reduction.held:
            n_1s = float(reduction.held["n_1s"][i])
            style = {"color": colour, "ls": dash, "gid": f"{labels[i]}: model"}
            _model(axes, one["n_x"].to_numpy(), n_1s, reduction, style)
    label = f"Auger model, $τ_{{XX}}$ = {_times_ps(reduction)[0]:.0f} ps, not fitted"
    axes.plot([], [], color="0.5", label=label)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("⟨$N_X$⟩ (excitons per dot)")
    axes.set_ylabel("gain lifetime of the 1S band (ps)")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(f"triangles: limits; arrows: open ends; {reduction.quantity}", **SMALL)
    return figure


def _measured(axes: Axes, one: xr.Dataset, colour: str, marker: str, label: str) -> None:
    n_x, value, censored = (one[name].to_numpy() for name in ("n_x", "lifetime_ps", "censored"))
    low, high = one["lifetime_low_ps"].to_numpy(), one["lifetime_high_ps"].to_numpy()
    seen = censored == ""
    up = np.where(np.isfinite(high), high - value, 0.0)
    axes.errorbar(
        n_x[seen], value[seen], [(value - low)[seen], up[seen]], fmt=marker, ms=4, color=colour, label=label
    )
    endless = seen & np.isinf(high)
    if endless.any():  # an arrow from each of them: of a bar already told
        up = np.full(np.count_nonzero(endless), ARROW * value[seen].max())
        axes.errorbar(n_x[endless], value[endless], up, lolims=True, ls="", color=colour)
    below, above = censored == "below", censored == "above"
    limit = one["lifetime_high95_ps"].to_numpy()
    axes.plot(
        n_x[below], limit[below], ls="", marker="v", mfc="none", color=colour, gid=f"{label}: below (95 %)"
    )
    axes.plot(n_x[above], value[above], ls="", marker="^", mfc="none", color=colour, gid=f"{label}: above")


def _model(axes: Axes, n_x: np.ndarray, n_1s: float, reduction: Reduction, style: dict[str, Any]) -> None:
    """Draw the model through the range of the points; a fully charged film would amplify for ever."""
    chosen = reduction.choices
    electrons = np.clip(n_1s, 0.0, chosen.g_e)
    if not electrons < chosen.g_e:
        return
    grid = np.geomspace(n_x.min(), n_x.max(), N_MODEL) if n_x.size > 1 else n_x
    tau_xx_ps, tau_r_ps = _times_ps(reduction)
    lifetimes = gain_lifetime_ps(
        grid,
        electrons,
        tau_xx_ps=tau_xx_ps,
        tau_r_ps=tau_r_ps,
        g_e=chosen.g_e,
        g_h=chosen.g_h,
        dopants=chosen.dopant_model,
    )
    axes.plot(grid, lifetimes, lw=1, **style)


def _times_ps(reduction: Reduction) -> tuple[float, float]:
    """Return the lifetimes of biexciton and exciton: as the neutral film's decays show them, or as chosen."""
    if (found := reduction.biexciton) is not None:
        return found.tau_xx_ps, found.tau_r_ps
    return reduction.choices.tau_xx_ps, reduction.choices.tau_r_ps
