"""Gain coefficient of the band against excitation, for every potential (paper Fig. 5f)."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import MARKERS, SMALL, Sheet, labels_of, needed, new_figure, spread_colours


def gain_coefficient(reduction: Reduction) -> Sheet:
    """Draw g of the band over <N_X> with errors of the counts; the thickness moves all points alike."""
    gain = needed(reduction.gain_coefficients, "gain coefficient")
    measured = np.flatnonzero(gain["band_g_cm"].notnull().any("fluence_cm2"))
    if not measured.size or "n_x" not in gain:
        raise MissingDataError("no figure: no gain coefficient with a known excitation")
    labels = labels_of(reduction.held, gain["potential_v"].to_numpy())
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    axes.axhline(0.0, color="k", lw=0.8)
    for i, colour, marker in zip(measured, spread_colours(measured.size), cycle(MARKERS), strict=False):
        one = gain.isel(potential_v=i).sortby(gain["n_x"].isel(potential_v=i))
        axes.errorbar(
            one["n_x"],
            one["band_g_cm"],
            one["band_g_error_cm"],
            one["n_x_error"],
            fmt=f"{marker}-",
            ms=4,
            lw=0.9,
            color=colour,
            label=labels[i],
        )
    share = float(gain.attrs["thickness_share"])
    axes.set_xlabel("⟨$N_X$⟩ (excitons per dot)")
    axes.set_ylabel("gain coefficient of the 1S band (cm$^{-1}$)")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(f"thickness: ±{100.0 * share:.0f} % on all points; {reduction.quantity}", **SMALL)
    return figure
