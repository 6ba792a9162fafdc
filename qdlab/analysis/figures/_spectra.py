"""Imported spectra, one line each."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import SMALL, Sheet, needed, new_figure, spread_colours

N_SHOWN = 12
DASHES = ("-", "--", "-.", ":")


def spectra(reduction: Reduction) -> Sheet:
    """Draw imported absorbance or counts over wavelength; of many spectra, some between first and last."""
    imported = needed(reduction.spectra, "imported spectrum")
    name, label = (
        ("absorbance", "absorbance (OD)") if "absorbance" in imported else ("counts", "light (counts)")
    )
    shown = np.unique(np.linspace(0, imported.sizes["spectrum"] - 1, N_SHOWN).round().astype(int))
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    axes.axhline(0.0, color="0.8", lw=0.8)
    for k, colour, dash in zip(shown, spread_colours(shown.size), cycle(DASHES), strict=False):
        one = imported.isel(spectrum=int(k)).sortby("wavelength_nm")
        axes.plot(
            one["wavelength_nm"], one[name], color=colour, ls=dash, lw=1.2, label=str(one["spectrum"].item())
        )
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel(label)
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(f"{shown.size} of {imported.sizes['spectrum']} spectra", **SMALL)
    return figure
