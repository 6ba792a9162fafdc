"""Excited-state absorption spectra at the gain delay, for all fluences (paper Fig. 4, upper panels)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats, inside
from qdlab.analysis.figures._style import (
    MOD,
    SMALL,
    Sheet,
    excited,
    fluence_colours,
    grid_of,
    labels_of,
    needed,
    new_figure,
    shade_band,
    smoothed,
)

SMOOTH_PX = 5


def gain_spectra(reduction: Reduction) -> Sheet:
    """Draw A* at the gain delay, one panel for each potential; without A0, dA instead."""
    gain = needed(reduction.gain, "spectrum at the gain delay")
    spectra, has_a0 = excited_spectra(reduction, gain)
    measured = np.flatnonzero(np.isfinite(spectra).any(axis=(1, 2)))
    if not measured.size or not excited(gain):
        raise MissingDataError("no figure: no spectrum with a known excitation at the gain delay")
    # A run that chose its fluences has others at each potential.
    same = bool(gain["fluence_cm2"].notnull().all())
    labels = labels_of(reduction.held, gain["potential_v"].to_numpy())
    figure = new_figure(3.6 * min(measured.size, 3), 3.0 * -(-measured.size // 3))
    for axes, i in zip(grid_of(figure, measured.size, 3), measured, strict=True):
        nm, n_x = gain["wavelength_nm"].to_numpy(), gain["n_x"].to_numpy()[i]
        draw_spectra(axes, nm, spectra[i], n_x, reduction, "A*" if has_a0 else "ΔA")
        axes.set_title(labels[i], fontsize="small")
        if not same:
            axes.legend(title="⟨$N_X$⟩", fontsize="x-small", title_fontsize="x-small", frameon=False)
    if same:
        figure.legend(
            *axes.get_legend_handles_labels(), title="⟨$N_X$⟩", loc="outside right center", frameon=False
        )
    figure.suptitle(
        f"at {reduction.choices.gain_delay_ps:g} ps, averaged over {SMOOTH_PX} pixels; shaded: 1S band; "
        f"{reduction.quantity}",
        **SMALL,
    )
    return figure


def excited_spectra(reduction: Reduction, gain: xr.Dataset) -> tuple[Floats, bool]:
    """Return A* [potential, fluence, px] at the gain delay, or dA; and whether A0 is in it."""
    da = gain["da"].to_numpy()
    if reduction.a_star is None or reduction.transient is None:
        return da, False
    steady = (reduction.a_star - reduction.transient["da"]).max(["fluence_cm2", "delay_ps"])
    return steady.to_numpy()[:, np.newaxis, :] + da, True


def draw_spectra(
    axes: Axes, nm: Floats, spectra: Floats, n_x: Floats, reduction: Reduction, name: str
) -> None:
    """Draw spectra [fluence, px] of one potential, averaged over SMOOTH_PX pixels."""
    spectra_mod = MOD * smoothed(spectra, SMOOTH_PX)
    window = inside(nm, reduction.choices.fit_nm)
    axes.axhline(0.0, color="k", lw=0.8)
    shade_band(axes, reduction.choices.band_nm)
    taken = [int(j) for j in np.argsort(n_x) if np.isfinite(n_x[j])]
    colours = fluence_colours(n_x[taken])
    for spectrum, excitons, colour in zip(spectra_mod[taken], n_x[taken], colours, strict=True):
        axes.plot(nm[window], spectrum[window], color=colour, lw=0.9, label=f"{excitons:.2g}")
    axes.set_xlim(*reduction.choices.fit_nm)
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel(f"{name} (mOD)")
