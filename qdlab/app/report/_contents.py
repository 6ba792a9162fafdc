"""From results and the figures that could be drawn to the document: what comes where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qdlab.app._words import simulation_in_words
from qdlab.app.report import _appendix as appendix
from qdlab.app.report import _charging as charging
from qdlab.app.report import _excitation as excitation
from qdlab.app.report import _thresholds as thresholds
from qdlab.app.report._captions import picture
from qdlab.app.report._document import Document, Part, Picture, Remarks, Section

Results = dict[str, Any]

FIGURES_OF = {
    "Gain thresholds": ("threshold_curve", "threshold_determination", "neutral_film"),
    "Single wavelengths": ("wavelength_thresholds",),
    "Gain": ("gain_maps", "gain_spectra", "gain_coefficient", "gain_lifetime"),
    "Charging": ("spectroelectrochemistry", "charging", "reversibility"),
    "Spectra": ("spectra",),
    "Transient absorption": ("transient_map", "transient_spectra", "kinetics", "chirp"),
}
"""The figures of each section; those that are in none come last."""


def document_of(results: Results, figures: Iterable[str]) -> Document:
    """Return the report of a reduction; sections without anything to say are left out."""
    drawn = list(figures)
    contents: dict[str, list[Part]] = {
        "Gain thresholds": list(thresholds.of_band(results)),
        "Notes": [Remarks(tuple(results["notes"]) or ("Nothing was missing.",))],
        "Single wavelengths": list(thresholds.of_wavelengths(results)),
        "Gain": [*thresholds.gain(results), *thresholds.lifetimes(results)],
        "Charging": list(charging.charging(results)),
        "Transient absorption": list(excitation.excitation(results)),
        "Spectra": [],
        "More figures": [],
        "Numbers, choices, origin": [
            appendix.all_numbers(results),
            appendix.choices(results),
            *appendix.provenance(results),
        ],
    }
    placed = {name for names in FIGURES_OF.values() for name in names}
    for title, names in {
        **FIGURES_OF,
        "More figures": [name for name in drawn if name not in placed],
    }.items():
        contents[title].extend(_pictures(names, drawn))
    sections = tuple(Section(title, tuple(parts)) for title, parts in contents.items() if parts)
    remarks = [
        simulation_in_words(results["provenance"].get("identities", {})),
        f"Absorbance here is {results['quantity']}.",
    ]
    return Document(results["title"] or "qdlab report", " ".join(filter(None, remarks)), sections)


def _pictures(names: Iterable[str], drawn: list[str]) -> Iterator[Picture]:
    for name in names:
        if name in drawn:
            yield picture(name)
