"""Figures of a reduction: one function each, matplotlib Figures without global state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._campaign import campaign_quantities, campaign_thresholds
from qdlab.analysis.figures._charging import charging
from qdlab.analysis.figures._chirp import chirp
from qdlab.analysis.figures._gain_coefficient import gain_coefficient
from qdlab.analysis.figures._gain_lifetime import gain_lifetime
from qdlab.analysis.figures._gain_maps import gain_maps
from qdlab.analysis.figures._gain_spectra import gain_spectra
from qdlab.analysis.figures._kinetics import kinetics
from qdlab.analysis.figures._neutral_film import neutral_film
from qdlab.analysis.figures._numbers import plotted_numbers
from qdlab.analysis.figures._reversibility import reversibility_of_charging
from qdlab.analysis.figures._spectra import spectra
from qdlab.analysis.figures._spectroelectrochemistry import spectroelectrochemistry
from qdlab.analysis.figures._style import Sheet
from qdlab.analysis.figures._threshold_curve import threshold_curve
from qdlab.analysis.figures._threshold_determination import threshold_determination
from qdlab.analysis.figures._transient_map import transient_map
from qdlab.analysis.figures._transient_spectra import transient_spectra
from qdlab.analysis.figures._wavelength_thresholds import wavelength_thresholds

FIGURES: dict[str, Callable[[Reduction], Sheet]] = {
    "threshold_curve": threshold_curve,
    "threshold_determination": threshold_determination,
    "neutral_film": neutral_film,
    "wavelength_thresholds": wavelength_thresholds,
    "gain_coefficient": gain_coefficient,
    "gain_lifetime": gain_lifetime,
    "gain_maps": gain_maps,
    "gain_spectra": gain_spectra,
    "charging": charging,
    "spectroelectrochemistry": spectroelectrochemistry,
    "reversibility": reversibility_of_charging,
    "transient_map": transient_map,
    "transient_spectra": transient_spectra,
    "kinetics": kinetics,
    "chirp": chirp,
    "spectra": spectra,
}
"""All figures by name, the most telling first. Each raises MissingDataError if a reduction cannot show it."""


def figures(reduction: Reduction) -> Iterator[tuple[str, Sheet]]:
    """Yield name and figure of everything this reduction can show."""
    for name, draw in FIGURES.items():
        try:
            figure = draw(reduction)
        except MissingDataError:
            continue
        yield name, figure


__all__ = [
    "FIGURES",
    "Sheet",
    "campaign_quantities",
    "campaign_thresholds",
    "charging",
    "chirp",
    "figures",
    "gain_coefficient",
    "gain_lifetime",
    "gain_maps",
    "gain_spectra",
    "kinetics",
    "neutral_film",
    "plotted_numbers",
    "reversibility_of_charging",
    "spectra",
    "spectroelectrochemistry",
    "threshold_curve",
    "threshold_determination",
    "transient_map",
    "transient_spectra",
    "wavelength_thresholds",
]
