"""Spectroelectrochemistry: absorption and PL along the sweep and of the held film (paper Figs. 2a to 2f)."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.gridspec import SubplotSpec
from matplotlib.ticker import MaxNLocator

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats, inside
from qdlab.analysis.figures._style import (
    BLUE,
    MOD,
    ORANGE,
    SMALL,
    Sheet,
    fluence_colours,
    labels_of,
    new_figure,
    potential_axis,
    shade_band,
    signal_scale,
    smoothed,
)

SMOOTH_PX = 5
SHOWN_NM = (500.0, 690.0)
PL = "PL relative to uncharged maximum"


def spectroelectrochemistry(reduction: Reduction) -> Sheet:
    """Draw maps of dA_SEC and PL along the sweep, spectra, A0 + dA_SEC, and n_1S with PL against V."""
    if reduction.sweep is None and reduction.held is None:
        raise MissingDataError("no figure: there is no spectroelectrochemistry")
    figure = new_figure(11.0, 6.8)
    grid = figure.add_gridspec(2, 3, width_ratios=(1.25, 1.0, 1.0))
    absorbed, emitted = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    _sweep_map(figure, grid[0, 0], reduction, "a", "da_sec")
    _spectra(absorbed, reduction, "b", "da_sec")
    _sweep_map(figure, grid[1, 0], reduction, "c", "pl_spectrum")
    _spectra(emitted, reduction, "d", "pl_spectrum")
    _absorption(figure.add_subplot(grid[0, 2]), reduction)
    _both(figure.add_subplot(grid[1, 2]), reduction)
    told = [axes.get_legend_handles_labels() for axes in (absorbed, emitted)]
    handles, labels = max(told, key=lambda one: len(one[1]))
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False, fontsize="small")
    figure.suptitle(f"spectra averaged over {SMOOTH_PX} pixels; {reduction.quantity}", **SMALL)
    return figure


def _sweep_map(figure: Sheet, place: SubplotSpec, reduction: Reduction, letter: str, name: str) -> None:
    """Draw the sweep's spectra one below the other, the potential at their left."""
    beside = place.subgridspec(1, 2, width_ratios=(1.0, 3.0))
    left = figure.add_subplot(beside[0])
    right = figure.add_subplot(beside[1], sharey=left)
    left.set_title(letter, loc="left", fontweight="bold", fontsize="medium")
    sweep = reduction.sweep
    if sweep is None or name not in sweep:
        _nothing(right, "not measured along a sweep")
        left.set_axis_off()
        return
    steps = np.arange(sweep.sizes["cv_step"], dtype=np.float64)
    left.plot(sweep["measured_potential_v"], steps, color=BLUE, lw=1, label="potential")
    left.set_xlabel("potential (V)")
    left.xaxis.set_major_locator(MaxNLocator(2))
    left.tick_params(axis="x", labelrotation=90)
    left.set_ylabel("spectrum of the sweep")
    nm, values = _shown(sweep[name])
    values = smoothed(values, SMOOTH_PX)
    if name == "da_sec":
        meaning, style = "ΔA$_{SEC}$ (mOD)", signal_scale(MOD * values)
        values = MOD * values
    else:
        meaning, style = PL, {"cmap": "cividis", "vmin": 0.0}
    mesh = figure.draw_map(right, nm, steps, values, meaning, **style)
    right.set_xlabel("wavelength (nm)")
    right.tick_params(labelleft=False)
    left.set_ylim(steps[-1] + 0.5, -0.5)
    bar = figure.colorbar(mesh, ax=right, extend="both" if name == "da_sec" else "neither")
    bar.set_label(meaning, fontsize="small")


def _spectra(axes: Axes, reduction: Reduction, letter: str, name: str) -> None:
    """Draw the spectra of the held film, without it some of the first way of the sweep."""
    axes.set_title(letter, loc="left", fontweight="bold", fontsize="medium")
    spectra = _selected(reduction, name)
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel("ΔA$_{SEC}$ (mOD)" if name == "da_sec" else PL, fontsize="small")
    if spectra is None:
        _nothing(axes, "not measured")
        return
    factor = MOD if name == "da_sec" else 1.0
    nm, values = _shown(spectra[name])
    for values_, colour, label in zip(smoothed(values, SMOOTH_PX), *_told(spectra), strict=True):
        if np.isfinite(values_).any():
            axes.plot(nm, factor * values_, color=colour, lw=0.9, label=label)
    axes.axhline(0.0, color="k", lw=0.8)
    if name == "da_sec":
        shade_band(axes, reduction.choices.band_nm)


def _absorption(axes: Axes, reduction: Reduction) -> None:
    axes.set_title("e", loc="left", fontweight="bold", fontsize="medium")
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel("A$_0$ + ΔA$_{SEC}$ (mOD)")
    ground, spectra = reduction.ground, _selected(reduction, "da_sec")
    if ground is None or spectra is None:
        _nothing(axes, "A$_0$ is not known")
        return
    nm, values = _shown(ground["a0"] + spectra["da_sec"])
    window = inside(nm, (540.0, 680.0)) if inside(nm, (540.0, 680.0)).any() else np.ones(nm.size, dtype=bool)
    for absorbance, colour, label in zip(smoothed(values, SMOOTH_PX), *_told(spectra), strict=True):
        if np.isfinite(absorbance).any():
            axes.plot(nm[window], MOD * absorbance[window], color=colour, lw=0.9, label=label)
    if (lines := reduction.lines) is not None:
        fitted = np.linspace(*lines.window_nm, 200)
        axes.plot(fitted, MOD * lines.curve(fitted), "k--", lw=1, label="fit to A$_0$")
        axes.plot(fitted, MOD * lines.background_curve(fitted), "k:", lw=1, label="its background")
        axes.legend(*_last(axes, 2), fontsize="x-small", frameon=False)
    axes.axhline(0.0, color="k", lw=0.8)
    shade_band(axes, reduction.choices.band_nm)


def _both(axes: Axes, reduction: Reduction) -> None:
    """Draw electrons per dot and PL against potential, both ways of the sweep."""
    axes.set_title("f", loc="left", fontweight="bold", fontsize="medium")
    potential_axis(axes, reduction.reference)
    spectra = reduction.sweep if reduction.sweep is not None else reduction.held
    if spectra is None or not {"n_1s", "pl"} & set(spectra):
        _nothing(axes, "neither n$_{1S}$ nor PL is known")
        return
    right = axes.twinx()
    for axis, column, colour, markers, text in (
        (axes, "n_1s", BLUE, "v^o", "injected electrons per dot ⟨$n_{1S}$⟩"),
        (right, "pl", ORANGE, "sDP", "PL relative to the uncharged film"),
    ):
        axis.set_ylabel(text, color=colour)
        axis.tick_params(axis="y", colors=colour)
        if column in spectra:
            _ways(axis, spectra, column, colour, markers)
    handles, labels = (
        left + more
        for left, more in zip(
            axes.get_legend_handles_labels(), right.get_legend_handles_labels(), strict=True
        )
    )
    axes.legend(handles, labels, fontsize="x-small", frameon=False, loc="center right")


def _ways(axes: Axes, spectra: xr.Dataset, column: str, colour: str, markers: str) -> None:
    """Draw the falling, the rising and the held potentials, each with a marker of its own."""
    volts, values = spectra["measured_potential_v"].to_numpy(), spectra[column].to_numpy()
    error = spectra[f"{column}_error"].to_numpy()
    way = spectra["scan"].to_numpy() if "scan" in spectra else np.zeros(volts.size)
    what = "PL" if column == "pl" else "⟨$n_{1S}$⟩"
    for sign, marker, name in zip((-1, 1, 0), markers, ("falling", "rising", "held"), strict=True):
        if (part := way == sign).any():
            style: dict[str, Any] = {
                "ls": "",
                "ms": 3.5,
                "marker": marker,
                "color": colour,
                "elinewidth": 0.6,
            }
            style["mfc"] = "none" if sign > 0 else colour
            axes.errorbar(volts[part], values[part], error[part], label=f"{what}, {name}", **style)


def _selected(reduction: Reduction, name: str) -> xr.Dataset | None:
    """Return the held spectra; without them, six of the first way of the sweep."""
    held, sweep = reduction.held, reduction.sweep
    if held is not None and name in held:
        return held
    if sweep is None or name not in sweep:
        return None
    first = np.flatnonzero((sweep["scan"] == sweep["scan"][0]) & (sweep["cycle"] == 1))
    picked = first[np.unique(np.linspace(0, first.size - 1, 6).round().astype(int))]
    return sweep.isel(cv_step=picked)


def _told(spectra: xr.Dataset) -> tuple[list[Any], list[str]]:
    """Return colours and labels of the spectra."""
    volts = spectra["measured_potential_v"].to_numpy()
    return fluence_colours(-np.nan_to_num(volts)), labels_of(spectra, volts)


def _shown(spectra: xr.DataArray) -> tuple[Floats, Floats]:
    """Return rising wavelengths within what is worth looking at, and values [spectrum, px]."""
    nm = spectra["wavelength_nm"].to_numpy()
    order = np.argsort(nm)
    if (within := order[inside(nm[order], SHOWN_NM)]).size > 1:
        order = within
    return nm[order], spectra.transpose(..., "wavelength_nm").to_numpy()[:, order]


def _last(axes: Axes, n: int) -> tuple[list[Any], list[str]]:
    handles, labels = axes.get_legend_handles_labels()
    return handles[-n:], labels[-n:]


def _nothing(axes: Axes, why: str) -> None:
    """Say in a panel why it is empty."""
    axes.text(0.5, 0.5, why, ha="center", va="center", color="0.4", transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
