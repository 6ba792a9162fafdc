"""The curve beside measured thresholds: transition counting for the material that a run's choices name."""

from __future__ import annotations

import numpy as np

from qdlab.analysis import Choices
from qdlab.gui.look._views import CountingView
from qdlab.physics import gain_threshold

N_POINTS = 101


def counting_of(choices: Choices) -> CountingView:
    """Return the thresholds of a material with these degeneracies and this spread of injected electrons."""
    n_1s = np.linspace(0.0, choices.g_e, N_POINTS)
    n_gain = gain_threshold(n_1s, g_e=choices.g_e, g_h=choices.g_h, dopants=choices.dopant_model)
    return CountingView(_name(choices), n_1s, n_gain)


def _name(choices: Choices) -> str:
    """Name what tells one material from another."""
    spread = {
        "binomial": "",
        "integer": ", integer",
        "charging": f", repelling {choices.repulsion_kt:g} kT",
    }[choices.dopants]
    return f"theory ({choices.g_e} e, {choices.g_h} h{spread})"
