"""Gain threshold against injected electrons, beside the counting model (paper Fig. 5b)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._threshold import Threshold
from qdlab.analysis.figures._style import BLUE, ORANGE, SMALL, new_figure
from qdlab.physics import gain_threshold


def threshold_curve(reduction: Reduction) -> Figure:
    """Draw measured thresholds with both error bars, limits as arrows, and the model, which is not fitted."""
    known = [threshold for threshold in reduction.thresholds if np.isfinite(threshold.n_1s)]
    if not known:
        raise MissingDataError("no figure: no threshold has a known n_1S")
    figure = new_figure(5.2, 4.2)
    axes = figure.add_subplot()
    n_1s = np.linspace(0.0, 2.0, 201)
    axes.plot(n_1s, gain_threshold(n_1s), color=ORANGE, label="transition counting (not fitted)")
    for threshold in known:
        _draw(axes, threshold)
    axes.errorbar([], [], [], [], fmt="o", color=BLUE, capsize=2, label="measured, 68 % interval")
    axes.axhline(0.0, color="0.8", lw=0.8, zorder=0)
    axes.set_xlabel("injected electrons per dot ⟨$n_{1S}$⟩")
    axes.set_ylabel("gain threshold ⟨$N_X$⟩ (excitons per dot)")
    axes.legend(frameon=False)
    axes.set_title(reduction.quantity, **SMALL)
    return figure


def _draw(axes: Axes, threshold: Threshold) -> None:
    x, x_error = threshold.n_1s, np.nan_to_num(threshold.n_1s_error)
    if threshold.censored is None:
        high = threshold.n_gain_high if np.isfinite(threshold.n_gain_high) else threshold.n_gain
        bars = [[threshold.n_gain - threshold.n_gain_low], [high - threshold.n_gain]]
        axes.errorbar(x, threshold.n_gain, bars, x_error, fmt="o", color=BLUE, capsize=2)
        return
    below = threshold.censored == "below"
    axes.errorbar(
        x, threshold.n_gain, 0.06, x_error, fmt="_", color=BLUE, capsize=3, uplims=below, lolims=not below
    )
