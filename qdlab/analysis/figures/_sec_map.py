"""Spectroelectrochemistry: dA_SEC along the sweep, and A0 + dA_SEC of the held film (paper Fig. 2)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import inside
from qdlab.analysis.figures._style import (
    BLUE,
    MOD,
    SMALL,
    edges,
    fluence_colours,
    labels_of,
    new_figure,
    shade_band,
)


def sec_map(reduction: Reduction) -> Figure:
    """Draw the sweep's map beside its potential, and the absorption of the film at each held potential."""
    sweep, held, ground = reduction.sweep, reduction.held, reduction.ground
    if sweep is None and (held is None or ground is None):
        raise MissingDataError("no figure: there is no spectroelectrochemistry")
    figure = new_figure(9.0, 3.8)
    potential, map_axes, spectra = figure.subplots(1, 3, width_ratios=(1.0, 2.6, 3.0))
    if sweep is not None:
        _potential(potential, sweep)
        _map(figure, map_axes, sweep)
    if held is not None and ground is not None:
        _held(spectra, held, ground, reduction)
    figure.suptitle(reduction.quantity, **SMALL)
    return figure


def _potential(axes: Axes, sweep: xr.Dataset) -> None:
    steps = np.arange(sweep.sizes["cv_step"])
    axes.plot(sweep["measured_potential_v"], steps, color=BLUE, marker=".", ms=3, lw=1)
    axes.set_xlabel("potential (V)")
    axes.set_ylabel("spectrum of the sweep")
    axes.set_ylim(steps[-1] + 0.5, -0.5)


def _map(figure: Figure, axes: Axes, sweep: xr.Dataset) -> None:
    nm = sweep["wavelength_nm"].to_numpy()
    order = np.argsort(nm)
    order = order[inside(nm[order], (500.0, 690.0))]
    order = order if order.size else np.argsort(nm)
    da_sec = MOD * sweep["da_sec"].to_numpy()[:, order]
    low, high = np.nanquantile(da_sec, [0.002, 0.998]) if np.isfinite(da_sec).any() else (-1.0, 0.0)
    steps = np.arange(sweep.sizes["cv_step"], dtype=np.float64)
    mesh = axes.pcolormesh(
        edges(nm[order]),
        edges(steps),
        da_sec,
        cmap="viridis",
        vmin=low,
        vmax=max(high, low + 1e-9),
        rasterized=True,
    )
    axes.invert_yaxis()
    axes.set_yticklabels([])
    axes.set_xlabel("wavelength (nm)")
    figure.colorbar(mesh, ax=axes, label="ΔA$_{SEC}$ (mOD)", extend="both")


def _held(axes: Axes, held: xr.Dataset, ground: xr.Dataset, reduction: Reduction) -> None:
    nm = ground["wavelength_nm"].to_numpy()
    window = inside(nm, (540.0, 680.0))
    axes.axhline(0.0, color="k", lw=0.8)
    shade_band(axes, reduction.choices.band_nm)
    colours = fluence_colours(-held["potential_v"].to_numpy())
    for i, label in enumerate(labels_of(held, held["potential_v"].to_numpy())):
        absorbance = MOD * (ground["a0"] + held["da_sec"][i]).to_numpy()
        axes.plot(nm[window], absorbance[window], color=colours[i], lw=0.8, label=label)
    if reduction.lines is not None:
        low, high = reduction.lines.window_nm
        fitted = np.linspace(low, high, 200)
        axes.plot(fitted, MOD * reduction.lines.curve(fitted), "k--", lw=1, label="Gaussians fitted to A$_0$")
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel("A$_0$ + ΔA$_{SEC}$ (mOD)")
    axes.set_ylim(top=1.4 * axes.get_ylim()[1])
    axes.legend(fontsize="x-small", frameon=False, ncols=2)
