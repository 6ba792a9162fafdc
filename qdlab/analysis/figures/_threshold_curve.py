"""Gain threshold against injected electrons, beside the counting model (paper Fig. 5b)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import BLUE, ORANGE, SMALL, Sheet, new_figure
from qdlab.analysis.gain import Threshold
from qdlab.physics import gain_threshold


def threshold_curve(reduction: Reduction) -> Sheet:
    """Draw measured thresholds with both error bars, limits, and the model, which is not fitted."""
    known = [threshold for threshold in reduction.thresholds if np.isfinite(threshold.n_1s)]
    if not known:
        raise MissingDataError("no figure: no threshold has a known n_1S")
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    draw_counting(axes, reduction.choices)
    draw_thresholds(axes, known, BLUE, "measured, 68 % interval")
    axes.axhline(0.0, color="0.8", lw=0.8, zorder=0)
    axes.set_xlabel("injected electrons per dot ⟨$n_{1S}$⟩")
    axes.set_ylabel("gain threshold ⟨$N_X$⟩ (excitons per dot)")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(reduction.quantity, **SMALL)
    return figure


def draw_counting(axes: Axes, choices: Choices) -> None:
    """Draw the thresholds that transition counting gives this material."""
    n_1s = np.linspace(0.0, choices.g_e, 201)
    expected = gain_threshold(n_1s, g_e=choices.g_e, g_h=choices.g_h, dopants=choices.dopant_model)
    axes.plot(n_1s, expected, color=ORANGE, label="transition counting (not fitted)")


def draw_thresholds(axes: Axes, thresholds: Sequence[Threshold], colour: str, name: str) -> None:
    """Draw crossings with their intervals, upper limits (95 %) as ▾, lower ones as ▴."""
    crossed = [threshold for threshold in thresholds if threshold.censored is None]
    n_1s, error, value, low, high = _columns(
        crossed, "n_1s", "n_1s_error", "n_gain", "n_gain_low", "n_gain_high"
    )
    if crossed:
        bars = [value - low, np.where(np.isfinite(high), high - value, 0.0)]
        style: dict[str, Any] = {"fmt": "o", "color": colour, "capsize": 2}
        axes.errorbar(n_1s, value, bars, np.nan_to_num(error), label=name, **style)
    for censored, marker, limit, meaning in (
        ("below", "v", "n_gain_high95", "upper limit (95 %)"),
        ("above", "^", "n_gain", "no gain up to there"),
    ):
        limited = [threshold for threshold in thresholds if threshold.censored == censored]
        n_1s, value = _columns(limited, "n_1s", limit)
        if limited:
            axes.plot(n_1s, value, ls="", marker=marker, ms=7, mfc="none", color=colour, label=meaning)


def _columns(thresholds: Sequence[Threshold], *names: str) -> list[np.ndarray]:
    return [np.array([getattr(one, name) for one in thresholds], dtype=np.float64) for name in names]
