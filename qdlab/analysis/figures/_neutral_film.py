"""The neutral film: dA and A* at the gain delay, and its threshold (paper Figs. 1d and 1e)."""

from __future__ import annotations

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._gain_spectra import draw_spectra, excited_spectra
from qdlab.analysis.figures._style import SMALL, Sheet, excited, extremes, letter_panels, needed, new_figure
from qdlab.analysis.figures._threshold_determination import draw_determination


def neutral_film(reduction: Reduction) -> Sheet:
    """Draw dA and A* of the least doped film for all fluences, and how its threshold is found."""
    gain = needed(reduction.gain, "spectrum at the gain delay")
    if not excited(gain):
        raise MissingDataError("no figure: no spectrum with a known excitation at the gain delay")
    known = gain["da"].notnull().any(["fluence_cm2", "wavelength_nm"])
    if not (least := extremes(reduction.held, known)[:1]):
        raise MissingDataError("no figure: nothing was measured at the gain delay")
    i, nm, n_x = least[0], gain["wavelength_nm"].to_numpy(), gain["n_x"].to_numpy()[least[0]]
    of_band = [
        (threshold, series)
        for threshold, series in zip(reduction.thresholds, reduction.series, strict=True)
        if threshold.potential_v == float(gain["potential_v"][i])
    ][:1]  # a potential may have been held twice
    a_star, has_a0 = excited_spectra(reduction, gain)
    figure = new_figure(10.4 if of_band else 7.4, 3.7)
    panels = figure.subplots(1, 1 + int(has_a0) + len(of_band), squeeze=False)[0]
    draw_spectra(panels[0], nm, gain["da"].to_numpy()[i], n_x, reduction, "ΔA")
    if has_a0:
        draw_spectra(panels[1], nm, a_star[i], n_x, reduction, "A*")
    for axes, (threshold, series) in zip(panels[-1:], of_band, strict=False):
        draw_determination(axes, threshold, series)
    panels[0].legend(title="⟨$N_X$⟩", fontsize="x-small", title_fontsize="x-small", frameon=False)
    letter_panels(*panels)
    figure.suptitle(
        f"least doped film at {reduction.choices.gain_delay_ps:g} ps; shaded: 1S band; {reduction.quantity}",
        **SMALL,
    )
    return figure
