"""Transition counting, filling, Auger dynamics, excitation: pure functions of arrays (physics.md)."""

from qdlab.physics._counting import dot_absorption, ensemble_absorption, gain_threshold
from qdlab.physics._dopants import DOPANTS, Dopants, charging, dopant_shares
from qdlab.physics._excitation import depth_factor, excitons_per_dot, late_bleach, late_survival
from qdlab.physics._filling import BOLTZMANN_V_K, charging_shares, filling
from qdlab.physics._gain_lifetime import decaying_absorption, gain_lifetime_ps
from qdlab.physics._plqy import ETHANOL_INDEX, HEXANE_INDEX, RHODAMINE_101_PLQY, plqy
from qdlab.physics._poisson import poisson_shares
from qdlab.physics._relaxation import recombination_rates, relaxation

__all__ = [
    "BOLTZMANN_V_K",
    "DOPANTS",
    "ETHANOL_INDEX",
    "HEXANE_INDEX",
    "RHODAMINE_101_PLQY",
    "Dopants",
    "charging",
    "charging_shares",
    "decaying_absorption",
    "depth_factor",
    "dopant_shares",
    "dot_absorption",
    "ensemble_absorption",
    "excitons_per_dot",
    "filling",
    "gain_lifetime_ps",
    "gain_threshold",
    "late_bleach",
    "late_survival",
    "plqy",
    "poisson_shares",
    "recombination_rates",
    "relaxation",
]
