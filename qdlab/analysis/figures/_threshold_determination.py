"""How each threshold is found: band bleach over excitation, and the level it has to reach (paper Fig. 4)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._threshold import Series, Threshold, interpolated
from qdlab.analysis.figures._style import BLUE, MOD, ORANGE, grid_of, new_figure, potential_label


def threshold_determination(reduction: Reduction) -> Figure:
    """Draw one panel for each potential: points, their interpolation, the level, the crossing's interval."""
    pairs = list(zip(reduction.thresholds, reduction.series, strict=True))
    if not pairs:
        raise MissingDataError("no figure: there is no threshold")
    figure = new_figure(3.4 * min(len(pairs), 3), 2.9 * -(-len(pairs) // 3))
    for axes, (threshold, series) in zip(grid_of(figure, len(pairs), 3), pairs, strict=True):
        _panel(axes, threshold, series)
        axes.set_title(_title(threshold), fontsize="small")
    figure.suptitle(
        f"1S band at {reduction.choices.gain_delay_ps:g} ps; {reduction.quantity}",
        fontsize="small",
        color="0.4",
    )
    return figure


def _panel(axes: Axes, threshold: Threshold, series: Series) -> None:
    n_x = np.linspace(0.0, series.n_x[-1], 400)
    axes.plot(n_x, MOD * interpolated(series, n_x), color=BLUE, lw=1)
    axes.errorbar(
        series.n_x,
        MOD * series.bleach,
        MOD * series.bleach_error,
        series.n_x_error,
        fmt="o",
        ms=4,
        color=BLUE,
    )
    level, error = MOD * series.level, MOD * series.level_error
    axes.axhline(level, color="k", ls="--", lw=1)
    axes.axhspan(level - error, level + error, color="0.85", zorder=0)
    high = min(threshold.n_gain_high, series.n_x[-1])
    axes.axvspan(threshold.n_gain_low, high, color=ORANGE, alpha=0.35, lw=0)
    axes.text(0.97, 0.05, _verdict(threshold), transform=axes.transAxes, ha="right", va="bottom")
    axes.set_xlabel("⟨$N_X$⟩ (excitons per dot)")
    axes.set_ylabel("−ΔA$_{TA}$ (mOD)")


def _verdict(threshold: Threshold) -> str:
    if threshold.censored == "below":
        return f"$N_{{gain}}$ < {threshold.n_gain_high95:.3f} (95 %)"
    if threshold.censored == "above":
        return f"$N_{{gain}}$ > {threshold.n_gain:.2f}"
    up, down = threshold.n_gain_high - threshold.n_gain, threshold.n_gain - threshold.n_gain_low
    return f"$N_{{gain}}$ = {threshold.n_gain:.3f}$^{{+{up:.3f}}}_{{-{down:.3f}}}$"


def _title(threshold: Threshold) -> str:
    return potential_label(threshold.potential_v, threshold.n_1s)
