"""Electrons per dot against potential, and how many dots hold none, one, two (paper Fig. 5a)."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.charging import Fermi, FillingFit
from qdlab.analysis.figures._style import (
    BLUE,
    GREY,
    ORANGE,
    Sheet,
    letter_panels,
    new_figure,
    potential_axis,
    spread_colours,
)

CHARGES = ("neutral", "singly charged", "doubly charged")
DASHES = ("-", "--", "-.")


def charging(reduction: Reduction) -> Sheet:
    """Draw n_1S(V), held and swept, with both fits of the filling; beside it the shares of charged dots."""
    held, sweep = reduction.held, reduction.sweep
    if not any(spectra is not None and "n_1s" in spectra for spectra in (held, sweep)):
        raise MissingDataError("no figure: n_1S is not known")
    figure = new_figure(9.6, 4.4)
    filled, shares = figure.subplots(1, 2)
    letter_panels(filled, shares)
    _swept(filled, sweep)
    _held(filled, held)
    low_v, high_v = filled.get_xlim()
    volts = np.linspace(low_v, high_v, 300)
    if (fermi := reduction.fermi) is not None:
        filled.plot(volts, fermi.n_1s(volts), color=ORANGE, label=_fermi_words(fermi))
    if (repelling := reduction.repelling) is not None:
        words = f"repulsion $U$ = {repelling.u_kt:.2f} ± {repelling.errors[1]:.2f} $kT$"
        filled.plot(volts, repelling.n_1s(volts), color="k", ls=":", label=words)
    _shares(shares, volts, reduction)
    filled.set_ylabel("injected electrons per dot ⟨$n_{1S}$⟩")
    shares.set_ylabel("share of all dots")
    for axes in (filled, shares):
        potential_axis(axes, reduction.reference, above=True)
    filled.legend(fontsize="x-small", frameon=False)
    return figure


def _swept(axes: Axes, sweep: xr.Dataset | None) -> None:
    if sweep is None or "n_1s" not in sweep:
        return
    way = sweep["scan"].to_numpy()
    for sign, marker, name in ((-1, "v", "sweep, falling"), (1, "^", "sweep, rising")):
        part = sweep.isel(cv_step=way == sign)
        style: dict[str, Any] = {"ls": "", "marker": marker, "ms": 3.5, "mec": GREY, "ecolor": GREY}
        style |= {"mfc": "none" if sign > 0 else GREY, "elinewidth": 0.6}
        axes.errorbar(part["measured_potential_v"], part["n_1s"], part["n_1s_error"], label=name, **style)


def _held(axes: Axes, held: xr.Dataset | None) -> None:
    if held is None or "n_1s" not in held:
        return
    style: dict[str, Any] = {"fmt": "o", "ms": 5, "color": BLUE, "capsize": 2, "zorder": 5}
    axes.errorbar(
        held["measured_potential_v"], held["n_1s"], held["n_1s_error"], label="held, settled", **style
    )


def _fermi_words(fermi: Fermi) -> str:
    words = (
        f"Fermi step, {fermi.source}:\n"
        f"$V_{{1/2}}$ = {fermi.v_half_v:.4f} ± {fermi.v_half_error_v:.4f} V\n"
        f"$w$ = {1e3 * fermi.width_v:.1f} ± {1e3 * fermi.width_error_v:.1f} mV"
    )
    return words.replace("= -", "= \N{MINUS SIGN}")


def _shares(axes: Axes, volts: np.ndarray, reduction: Reduction) -> None:
    """Draw the shares of both models, that of independent electrons with its error."""
    axes.set_ylim(-0.03, 1.03)
    models: tuple[tuple[FillingFit | None, str, bool], ...] = (
        (reduction.fermi, "binomial", True),
        (reduction.repelling, "repelling", False),
    )
    if all(fit is None for fit, _, _ in models):
        axes.text(0.5, 0.5, "no fit of the filling", ha="center", color="0.4", transform=axes.transAxes)
    for fit, name, with_error in models:
        if fit is None:
            continue
        shares, errors = fit.shares(volts), fit.shares_error(volts)
        for c, (colour, dash) in enumerate(zip(spread_colours(shares.shape[-1]), DASHES, strict=False)):
            width = 1.8 if with_error else 0.7  # the dash tells the charge, the width the model
            axes.plot(volts, shares[:, c], label=f"{CHARGES[c]}, {name}", color=colour, ls=dash, lw=width)
            if with_error:
                low, high = shares[:, c] - errors[:, c], shares[:, c] + errors[:, c]
                axes.fill_between(volts, low, high, color=colour, alpha=0.3, lw=0)
    if axes.get_lines():
        axes.legend(fontsize="x-small", frameon=False)
