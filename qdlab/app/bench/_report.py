"""What was measured, as a table for a person and as JSON for a program."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from qdlab.app.bench._measure import machine
from qdlab.app.bench._measured import Measured
from qdlab.app.bench._prepared import N_PIXELS

STREAM, SHOTS = "stream_vs_file_write", "shots_vs_numpy"
LASER_HZ = 5000.0
"""The paper's laser, for comparison."""


def to_json(results: Sequence[Measured]) -> str:
    """Return the results; "ratios" has each by its name, "measured" all that is known of it."""
    told = {
        "ratios": {result.name: result.ratio for result in results},
        "keeps_up_with_khz": keeps_up_with_khz(results),
        "times_real_time_at_5_khz": times_real_time(results),
        "measured": {result.name: _told(result) for result in results},
        "machine": machine(),
    }
    return json.dumps(told, indent=2)


def keeps_up_with_khz(results: Sequence[Measured]) -> float | None:
    """Return the shots per ms that can be kept and looked at without end; None if it was not measured."""
    return next((result.rate / 1000.0 for result in results if result.name == STREAM), None)


def times_real_time(results: Sequence[Measured]) -> float | None:
    """Return how many lasers of 5 kHz one core could turn into dA; None if it was not measured."""
    return next((result.rate / LASER_HZ for result in results if result.name == SHOTS), None)


def print_table(results: Sequence[Measured], console: Console) -> None:
    """Print a line for each result, then the sentence that most people want."""
    table = Table(
        title="This computer, beside the same work done plainly", title_justify="left", caption=_CAPTION
    )
    for heading in ("what", "ours", "plainly", "", "ratio", "spread", "goal"):
        table.add_column(heading, justify="left" if heading in ("what", "") else "right")
    for result in results:
        table.add_row(
            result.what,
            _rate(result.amount / result.ours_s, result.unit),
            _rate(result.amount / result.plain_s, result.unit),
            f"[dim]{result.plain}[/]",
            f"{result.ratio:.2f}",
            f"[dim]{result.ratio_low:.2f} to {result.ratio_high:.2f}[/]",
            _goal(result),
        )
    console.print(table)
    if (khz := keeps_up_with_khz(results)) is not None:
        console.print(f"keeps up with {khz:.0f} kHz at {N_PIXELS} pixels", highlight=False)
    if (times := times_real_time(results)) is not None:
        console.print(
            f"one core makes dA of shots {times:.0f} times as fast as 5 kHz bring them", highlight=False
        )


_CAPTION = "ratio with goal ≥: ours is so many times as fast; with goal ≤: ours takes so many times as long"


def _told(result: Measured) -> dict[str, object]:
    told = asdict(result) | {"rate": result.rate, "is_met": result.is_met, "sentence": result.sentence}
    return {
        key: None if isinstance(value, float) and math.isinf(value) else value for key, value in told.items()
    }


def _goal(result: Measured) -> str:
    if result.goal in (0.0, math.inf):
        return ""
    colour = "green" if result.is_met else "red"
    return f"[{colour}]{'≥' if result.faster_is_more else '≤'} {result.goal:g}[/]"


def _rate(per_s: float, unit: str) -> str:
    for factor, prefix in ((1e6, "M"), (1e3, "k")):
        if per_s >= factor:
            return f"{per_s / factor:.3g} {prefix} {unit}/s"
    return f"{per_s:.3g} {unit}/s"
