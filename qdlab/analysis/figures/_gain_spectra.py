"""Excited-state absorption spectra at the gain delay, for all fluences (paper Fig. 4, upper panels)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats, inside
from qdlab.analysis.figures._style import (
    MOD,
    fluence_colours,
    grid_of,
    labels_of,
    needed,
    new_figure,
    shade_band,
    smoothed,
)

SMOOTH_PX = 5


def gain_spectra(reduction: Reduction) -> Figure:
    """Draw A* at the gain delay, one panel for each potential; without A0, dA instead."""
    gain = needed(reduction.gain, "spectrum at the gain delay")
    spectra, name = _spectra(reduction, gain)
    measured = np.flatnonzero(np.isfinite(spectra).any(axis=(1, 2)))
    if not measured.size or "n_x" not in gain:
        raise MissingDataError("no figure: no spectrum with a known excitation at the gain delay")
    labels = labels_of(reduction.held, gain["potential_v"].to_numpy())
    figure = new_figure(3.6 * min(measured.size, 3), 3.0 * -(-measured.size // 3))
    for axes, i in zip(grid_of(figure, measured.size, 3), measured, strict=True):
        spectra_mod = MOD * smoothed(spectra[i], SMOOTH_PX)
        _panel(axes, gain["wavelength_nm"].to_numpy(), spectra_mod, gain["n_x"].to_numpy()[i], reduction)
        axes.set_title(labels[i], fontsize="small")
        axes.set_ylabel(f"{name} (mOD)")
    figure.legend(
        *axes.get_legend_handles_labels(), title="⟨$N_X$⟩", loc="outside right center", frameon=False
    )
    figure.suptitle(
        f"at {reduction.choices.gain_delay_ps:g} ps; shaded: 1S band; {reduction.quantity}",
        fontsize="small",
        color="0.4",
    )
    return figure


def _spectra(reduction: Reduction, gain: xr.Dataset) -> tuple[Floats, str]:
    da = gain["da"].to_numpy()
    if reduction.a_star is None or reduction.transient is None:
        return da, "ΔA"
    steady = (reduction.a_star - reduction.transient["da"]).max(["fluence_cm2", "delay_ps"])
    return steady.to_numpy()[:, np.newaxis, :] + da, "A*"


def _panel(axes: Axes, nm: Floats, spectra_mod: Floats, n_x: Floats, reduction: Reduction) -> None:
    window = inside(nm, reduction.choices.fit_nm)
    axes.axhline(0.0, color="k", lw=0.8)
    shade_band(axes, reduction.choices.band_nm)
    for spectrum, excitons, colour in zip(spectra_mod, n_x, fluence_colours(n_x), strict=True):
        axes.plot(nm[window], spectrum[window], color=colour, lw=0.9, label=f"{excitons:.2g}")
    axes.set_xlim(*reduction.choices.fit_nm)
    axes.set_xlabel("wavelength (nm)")
