"""How each threshold is found: band bleach over excitation, and the level it has to reach (paper Fig. 4)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import (
    BLUE,
    MOD,
    ORANGE,
    SMALL,
    Sheet,
    grid_of,
    new_figure,
    potential_label,
)
from qdlab.analysis.gain import Series, Threshold, fitted, heuristic_curve

LOWEST, WORDS = 0.05, 0.17
"""Where the words about a threshold stand, and their height, in shares of the panel."""

ON_WHITE = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5}


def threshold_determination(reduction: Reduction) -> Sheet:
    """Draw one panel for each potential: points, their curve, the level, the crossing's interval."""
    pairs = list(zip(reduction.thresholds, reduction.series, strict=True))
    if not pairs:
        raise MissingDataError("no figure: there is no threshold")
    figure = new_figure(3.4 * min(len(pairs), 3), 2.9 * -(-len(pairs) // 3))
    for axes, (threshold, series) in zip(grid_of(figure, len(pairs), 3), pairs, strict=True):
        draw_determination(axes, threshold, series)
        axes.set_title(_title(threshold), fontsize="small")
    figure.suptitle(
        f"1S band at {reduction.choices.gain_delay_ps:g} ps; {reduction.quantity}",
        **SMALL,
    )
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize="small")
    return figure


def draw_determination(axes: Axes, threshold: Threshold, series: Series) -> None:
    """Draw points, their curve, the paper's heuristic one, level and crossing of one potential."""
    n_x = np.linspace(0.0, series.n_x[-1], 400)
    axes.plot(n_x, MOD * fitted(series, n_x), color=BLUE, lw=1, label="fit")
    axes.errorbar(
        series.n_x,
        MOD * series.bleach,
        MOD * series.bleach_error,
        series.n_x_error,
        fmt="o",
        ms=4,
        color=BLUE,
        label="measured",
    )
    if (curve := heuristic_curve(series)) is not None:
        a, b = curve
        axes.plot(n_x, -MOD * a * np.expm1(-n_x / b), color="k", lw=0.8, ls=":", label="a(1 − exp(−N/b))")
    level, error = MOD * series.level, MOD * series.level_error
    axes.plot(n_x[[0, -1]], [level, level], color="k", ls="--", lw=1, label="level A$_0$ + ΔA$_{SEC}$")
    axes.axhspan(level - error, level + error, color="0.85", zorder=0)
    high = min(threshold.n_gain_high, series.n_x[-1])
    axes.axvspan(threshold.n_gain_low, high, color=ORANGE, alpha=0.35, lw=0)
    axes.text(
        0.97,
        _beside(axes, level),
        _verdict(threshold),
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        bbox=ON_WHITE,
    )
    axes.set_xlabel("⟨$N_X$⟩ (excitons per dot)")
    axes.set_ylabel("−ΔA$_{TA}$ (mOD)")


def _beside(axes: Axes, level_mod: float) -> float:
    """Return the height for words below a level, or above one that leaves no room for them."""
    low, high = axes.get_ylim()
    share = (level_mod - low) / (high - low)
    return LOWEST if share > LOWEST + WORDS or share < 0.0 else share + LOWEST


def _verdict(threshold: Threshold) -> str:
    if threshold.censored == "below":
        return f"$N_{{gain}}$ < {threshold.n_gain_high95:.3f} (95 %)"
    if threshold.censored == "above":
        return f"$N_{{gain}}$ > {threshold.n_gain:.2f}"
    up, down = threshold.n_gain_high - threshold.n_gain, threshold.n_gain - threshold.n_gain_low
    return f"$N_{{gain}}$ = {threshold.n_gain:.3f}$^{{+{up:.3f}}}_{{-{down:.3f}}}$"


def _title(threshold: Threshold) -> str:
    return potential_label(threshold.potential_v, threshold.n_1s)
