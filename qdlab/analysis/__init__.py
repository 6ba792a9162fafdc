"""Counts -> dA -> corrections -> A* -> thresholds -> figures: each step a function on labelled arrays."""

from qdlab.analysis._artefact import ArtefactTimes
from qdlab.analysis._biexciton import Biexciton, Decays, fit_biexciton
from qdlab.analysis._campaign import CampaignRun, Quantity, campaign_of, campaign_summary
from qdlab.analysis._charging import charged_film
from qdlab.analysis._chirp import Chirp, chirp_by_hand, fit_chirp
from qdlab.analysis._chirp_correction import correct_chirp
from qdlab.analysis._chirp_fit import find_chirp
from qdlab.analysis._choices import Choices
from qdlab.analysis._cycles import follow, reversibility
from qdlab.analysis._datasets import as_datasets
from qdlab.analysis._doping import fermi_of_held, fermi_of_sweep, has_arrived, potential_holding
from qdlab.analysis._excitation import CrossSection, fit_cross_section
from qdlab.analysis._fermi import Fermi, Repelling, fit_fermi, fit_repelling
from qdlab.analysis._gain_coefficient import gain_coefficients
from qdlab.analysis._gain_lifetimes import find_gain_lifetimes, return_times_ps
from qdlab.analysis._heuristic import fit_saturating
from qdlab.analysis._lines import Line, LineFit, fit_lines, injected_electrons, line_amplitudes
from qdlab.analysis._map_so_far import MapSoFar
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._next_measurement import (
    Film,
    Shares,
    interval_width,
    next_anchor,
    next_excitation,
    next_to_crossing,
    readings_wanted,
    repeats_wanted,
    shares_of_width,
)
from qdlab.analysis._pair_windows import Windows
from qdlab.analysis._random_effects import Combined, combine
from qdlab.analysis._reduce import reduce
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._reference import ReferenceElectrode
from qdlab.analysis._reflection import ABSORPTION, EXTINCTION, correct_reflection
from qdlab.analysis._scatter import enlargement
from qdlab.analysis._shot_cells import Arrays, Cell, EachCell, in_threads
from qdlab.analysis._shots import PairedShots, pair_up, pairs_to_da
from qdlab.analysis._so_far import SoFar
from qdlab.analysis._steady_state import Spectrometer
from qdlab.analysis._summary import summary
from qdlab.analysis._threshold import Crossing, Series, Threshold, bracket, find_crossing, heuristic_crossing
from qdlab.analysis._windows import band_weights, inside

__all__ = [
    "ABSORPTION",
    "EXTINCTION",
    "Arrays",
    "ArtefactTimes",
    "Biexciton",
    "CampaignRun",
    "Cell",
    "Chirp",
    "Choices",
    "Combined",
    "CrossSection",
    "Crossing",
    "Decays",
    "EachCell",
    "Fermi",
    "Film",
    "Line",
    "LineFit",
    "MapSoFar",
    "MissingDataError",
    "PairedShots",
    "Quantity",
    "Reduction",
    "ReferenceElectrode",
    "Repelling",
    "Series",
    "Shares",
    "SoFar",
    "Spectrometer",
    "Threshold",
    "Windows",
    "as_datasets",
    "band_weights",
    "bracket",
    "campaign_of",
    "campaign_summary",
    "charged_film",
    "chirp_by_hand",
    "combine",
    "correct_chirp",
    "correct_reflection",
    "enlargement",
    "fermi_of_held",
    "fermi_of_sweep",
    "find_chirp",
    "find_crossing",
    "find_gain_lifetimes",
    "fit_biexciton",
    "fit_chirp",
    "fit_cross_section",
    "fit_fermi",
    "fit_lines",
    "fit_repelling",
    "fit_saturating",
    "follow",
    "gain_coefficients",
    "has_arrived",
    "heuristic_crossing",
    "in_threads",
    "injected_electrons",
    "inside",
    "interval_width",
    "line_amplitudes",
    "next_anchor",
    "next_excitation",
    "next_to_crossing",
    "pair_up",
    "pairs_to_da",
    "potential_holding",
    "readings_wanted",
    "reduce",
    "repeats_wanted",
    "return_times_ps",
    "reversibility",
    "shares_of_width",
    "summary",
]
