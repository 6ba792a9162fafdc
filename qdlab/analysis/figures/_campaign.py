"""Thresholds of several runs and their mean, beside the counting model; and every quantity, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis.campaign import CampaignRun, Quantity
from qdlab.analysis.figures._style import (
    GREY,
    MARKERS,
    ORANGE,
    Sheet,
    grid_of,
    new_figure,
    potential_label,
    spread_colours,
)
from qdlab.analysis.figures._threshold_curve import draw_counting

SYMBOLS = {"n_gain": "⟨$N_X$⟩", "n_1s": "⟨$n_{1S}$⟩", "pl": "PL", "line_amplitude": "A$_0$"}
"""What stands at the axis of a number that has no unit."""

LEAST = 1e-4
"""Smaller numbers are drawn with their power of ten at the axis."""


def campaign_thresholds(runs: Sequence[CampaignRun], quantities: Sequence[Quantity]) -> Sheet:
    """Draw every run's thresholds, and the means with their 95 % intervals."""
    rows = [(run, row) for run in runs for row in run.results["thresholds"] if row["n_1s"] is not None]
    if not rows:
        raise MissingDataError("no figure: no run has a threshold")
    figure = new_figure(6.4, 4.4)
    axes = figure.add_subplot()
    draw_counting(axes, Choices.from_table(runs[0].results["choices"]))
    for run, colour, marker in zip(runs, spread_colours(len(runs)), cycle(MARKERS), strict=False):
        _run(axes, run, colour, marker)
    _means(axes, quantities)
    axes.set_xlabel("injected electrons per dot ⟨$n_{1S}$⟩")
    axes.set_ylabel("gain threshold ⟨$N_X$⟩ (excitons per dot)")
    axes.legend(frameon=False, fontsize="x-small")
    return figure


def campaign_quantities(quantities: Sequence[Quantity]) -> Sheet:
    """Draw each quantity run by run with its own errors, the mean and its 95 % interval as a band."""
    shown = [quantity for quantity in quantities if len(quantity.runs) > 1]
    if not shown:
        raise MissingDataError("no figure: no quantity was measured in two runs")
    columns = 4
    figure = new_figure(11.0, 2.3 * -(-len(shown) // columns))
    for axes, quantity in zip(grid_of(figure, len(shown), columns), shown, strict=True):
        _quantity(axes, quantity)
    return figure


def _run(axes: Axes, run: CampaignRun, colour: Any, marker: str) -> None:
    crossed = [
        row for row in run.results["thresholds"] if row["censored"] is None and row["n_1s"] is not None
    ]
    x, y, low, high = (
        np.array([np.nan if row[key] is None else row[key] for row in crossed], dtype=float)
        for key in ("n_1s", "n_gain", "n_gain_low", "n_gain_high")
    )
    bars = np.nan_to_num([y - low, high - y])
    style: dict[str, Any] = {"fmt": marker, "ms": 4, "lw": 0.8, "color": colour}
    axes.errorbar(x, y, bars, label=f"{run.name} ({run.sample})", **style)
    limited = [
        row for row in run.results["thresholds"] if row["censored"] == "below" and row["n_1s"] is not None
    ]
    at, limit = ([row[key] for row in limited] for key in ("n_1s", "n_gain_high95"))
    axes.plot(at, limit, ls="", marker="v", mfc="none", color=colour, gid=f"{run.name}: upper limit (95 %)")


def _means(axes: Axes, quantities: Sequence[Quantity]) -> None:
    """Draw the mean threshold over the mean of the electrons, where there are two runs or more."""
    electrons = {quantity.potential_v: quantity for quantity in quantities if quantity.name == "n_1s"}
    told = [
        (electrons[quantity.potential_v].over_runs, quantity.over_samples or quantity.over_runs)
        for quantity in quantities
        if quantity.name == "n_gain" and quantity.potential_v in electrons and len(quantity.runs) > 1
    ]
    if told:
        x, y = (np.array([pair[k].value for pair in told]) for k in (0, 1))
        bars = [y - [mean.low95 for _, mean in told], [mean.high95 for _, mean in told] - y]
        style: dict[str, Any] = {"fmt": "_", "ms": 14, "color": "k", "capsize": 4, "zorder": 5}
        axes.errorbar(x, y, bars, label="mean, 95 %", **style)


def _quantity(axes: Axes, quantity: Quantity) -> None:
    values, errors = np.array(list(quantity.runs.values())).T
    k, mean = np.arange(values.size), quantity.over_samples or quantity.over_runs
    size = float(np.abs(values).max())
    power = 0 if size == 0.0 or size > LEAST else int(np.floor(np.log10(size)))
    values, errors = values / 10.0**power, errors / 10.0**power
    axes.errorbar(k, values, np.nan_to_num(errors), fmt="o", ms=4, color=GREY, ecolor="k", label="runs")
    axes.plot(k[[0, -1]], [mean.value / 10.0**power] * 2, color=ORANGE, label="mean")
    axes.axhspan(mean.low95 / 10.0**power, mean.high95 / 10.0**power, color=ORANGE, alpha=0.25, lw=0)
    axes.set_xlim(-0.5, values.size - 0.5)
    axes.set_xticks(k, [str(i + 1) for i in k])
    axes.set_xlabel("run")
    unit = quantity.unit or SYMBOLS[quantity.name]
    axes.set_ylabel(f"$10^{{{power}}}$ {unit}" if power else unit)
    at = "" if np.isnan(quantity.potential_v) else f"\nat {potential_label(quantity.potential_v, np.nan)}"
    axes.set_title(quantity.meaning + at, fontsize="x-small")
