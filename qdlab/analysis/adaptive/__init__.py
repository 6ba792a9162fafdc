"""Results while a run goes on, and pure choices of what to measure next."""

from qdlab.analysis.adaptive._doping import fermi_of_held, fermi_of_sweep, has_arrived, potential_holding
from qdlab.analysis.adaptive._map_so_far import MapSoFar
from qdlab.analysis.adaptive._next_measurement import (
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
from qdlab.analysis.adaptive._so_far import SoFar

__all__ = [
    "Film",
    "MapSoFar",
    "Shares",
    "SoFar",
    "fermi_of_held",
    "fermi_of_sweep",
    "has_arrived",
    "interval_width",
    "next_anchor",
    "next_excitation",
    "next_to_crossing",
    "potential_holding",
    "readings_wanted",
    "repeats_wanted",
    "shares_of_width",
]
