"""Threshold and gain of every wavelength, neutral and most doped film (paper Figs. 5d and 5e)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import (
    BLUE,
    ORANGE,
    SMALL,
    Sheet,
    extremes,
    labels_of,
    needed,
    new_figure,
    shade_band,
)
from qdlab.analysis.gain import by_excitation


def wavelength_thresholds(reduction: Reduction) -> Sheet:
    """Draw thresholds, without and with the demand, beside the gain spectra; at the right on a log scale."""
    table = needed(reduction.wavelength_thresholds, "threshold of a wavelength")
    if not (table["censored"] != "unresolved").any():
        raise MissingDataError("no figure: no wavelength shows gain or absorption")
    potentials = extremes(reduction.held, (table["censored"] != "unresolved").any(["demand_cm", "bin_nm"]))
    labels = labels_of(reduction.held, table["potential_v"].to_numpy())
    n_demands = table.sizes["demand_cm"]
    figure = new_figure(9.2, 3.3 * n_demands)
    grid = figure.subplots(n_demands, 2, squeeze=False)
    for row, d in zip(grid, range(n_demands), strict=True):
        for axes, logarithmic in zip(row, (False, True), strict=True):
            shade_band(axes, reduction.choices.band_nm)
            for i, colour, marker in zip(potentials, (BLUE, ORANGE), "so", strict=False):
                _thresholds(axes, table.isel(demand_cm=d, potential_v=i), colour, marker, labels[i])
            axes.set_xlabel("wavelength (nm)")
            axes.set_ylabel("gain threshold (excitons per dot)")
            axes.set_title(_demand(float(table["demand_cm"][d])), fontsize="small")
            if logarithmic:
                axes.set_yscale("log")
                axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
                axes.yaxis.set_major_formatter("{x:g}")
                axes.yaxis.set_minor_formatter(NullFormatter())
                axes.set_xlim(600.0, reduction.choices.bins_nm[1])
            else:
                axes.set_xlim(*reduction.choices.bins_nm)
                axes.set_ylim(bottom=0.0)
                _gain(axes, reduction, potentials)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    width_nm = reduction.choices.wavelength_bin_nm
    figure.suptitle(
        f"bins of {width_nm:g} nm; bars: 68 %; ▾: below (95 %); ▴: no gain up to there; {reduction.quantity}",
        **SMALL,
    )
    return figure


def _thresholds(axes: Axes, row: xr.Dataset, colour: str, marker: str, label: str) -> None:
    """Draw crossings with their intervals, and limits as limits; filled or hollow says whose they are."""
    filled = marker == "s"
    nm, censored = row["bin_nm"].to_numpy(), row["censored"].to_numpy()
    crossed, below, above = (censored == word for word in ("", "below", "above"))
    value, low, high, high95 = (
        row[name].to_numpy() for name in ("n_gain", "n_gain_low", "n_gain_high", "n_gain_high95")
    )
    up = np.where(np.isfinite(high), high - value, 0.0)[crossed]
    axes.errorbar(
        nm[crossed],
        value[crossed],
        [(value - low)[crossed], up],
        fmt=marker,
        ms=3,
        lw=0.8,
        color=colour,
        mfc=colour if filled else "white",
        label=label,
    )
    face = colour if filled else "none"
    for which, limits, sign, size, word in (
        (below & np.isfinite(high95), high95, "v", 5, "below (95 %)"),
        (above, value, "^", 4, "above"),
    ):
        axes.plot(nm[which], limits[which], sign, ms=size, mfc=face, color=colour, gid=f"{label}: {word}")


def _gain(axes: Axes, reduction: Reduction, potentials: list[int]) -> None:
    """Draw the gain coefficient at the strongest excitation on a second axis."""
    gain = reduction.gain_coefficients
    if gain is None:
        return
    right = axes.twinx()
    for i, colour, dash in zip(potentials, (BLUE, ORANGE), ("-", "--"), strict=False):
        one = gain.isel(potential_v=i)
        if measured := by_excitation(one, one["g_cm"].notnull().any("bin_nm")):
            last = one.isel(fluence_cm2=measured[-1])
            name = f"gain at {float(one['potential_v']):g} V"
            right.plot(last["bin_nm"], last["g_cm"], color=colour, ls=dash, lw=0.8, alpha=0.7, gid=name)
    right.axhline(0.0, color="0.6", lw=0.6)
    right.set_ylim(-2.0 * float(gain["g_cm"].max()), 1.1 * float(gain["g_cm"].max()))
    right.set_ylabel("gain coefficient, lines (cm$^{-1}$)")


def _demand(demand_cm: float) -> str:
    return f"at least {demand_cm:g} cm$^{{-1}}$" if demand_cm > 0.0 else "transparency"
