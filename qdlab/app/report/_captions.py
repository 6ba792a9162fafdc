"""What the figures of a report show, and which figure of the paper each is made after."""

from __future__ import annotations

from qdlab.app.report._document import Picture

_CAPTIONS = {
    "threshold_curve": (
        "Gain threshold against injected electrons, with the counting model, which is not fitted "
        "(after Fig. 5b)."
    ),
    "threshold_determination": (
        "How each threshold is found: the band bleach has to reach the level A₀ + ΔA_SEC "
        "(dashed). Shaded: 68 % interval of the crossing; dotted: the paper's heuristic curve "
        "(after Figs. 1e, 4b, d, f)."
    ),
    "neutral_film": (
        "The least doped film at the gain delay: ΔA, A* and the threshold, where the bleach reaches the "
        "dashed level; dotted, the curve a(1 − exp(−N/b)) (after Figs. 1d and 1e)."
    ),
    "wavelength_thresholds": (
        "Threshold of every wavelength, least and most doped film: for transparency, and for the "
        "gain that makes up for the losses of a laser. Triangles are limits (after Figs. 5d and "
        "5e)."
    ),
    "gain_coefficient": "Gain coefficient of the 1S band against excitation (after Fig. 5f).",
    "gain_lifetime": (
        "How long the 1S band amplifies, with the Auger model at the measured doping, which is "
        "not fitted (after Fig. 5c)."
    ),
    "gain_maps": (
        "Excited-state absorption A* of the least and the most doped film. Colour: gain (after Fig. 3)."
    ),
    "gain_spectra": (
        "Excited-state absorption spectra at the gain delay, for all excitations (after Fig. 4a, c, e)."
    ),
    "charging": (
        "Injected electrons against potential, and the shares of neutral, singly and doubly "
        "charged dots, with their 68 % band (after Fig. 5a)."
    ),
    "spectroelectrochemistry": (
        "Absorption change (a, b), photoluminescence (c, d) and absorption (e) of the film under "
        "potential; electrons per dot and PL (f) (after Figs. 2a to 2f)."
    ),
    "reversibility": "Current, electrons per dot and photoluminescence over the cycles of the sweep.",
    "campaign_thresholds": "Thresholds of all runs and their means, with the counting model, not fitted.",
    "campaign_quantities": "Every quantity run by run with its own error; band: 95 % interval of the mean.",
    "transient_map": "Transient absorption at the first potential and the highest fluence.",
    "transient_spectra": "Transient absorption spectra at some delays, first potential, highest fluence.",
    "kinetics": "Transient absorption over delay at some wavelengths, first potential, highest fluence.",
    "spectra": "The imported spectra.",
    "chirp": "Time zero over wavelength, from the coherent artefact.",
}


def picture(name: str) -> Picture:
    """Return a figure with its caption; one without a caption has its name for it."""
    return Picture(name, _CAPTIONS.get(name, name.replace("_", " ")))
