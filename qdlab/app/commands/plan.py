"""`qdlab plan`: what a recipe will do on a bench, and what it costs; nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.app._bench_file import load_bench
from qdlab.app._recipe import load_recipe
from qdlab.app._words import duration_in_words
from qdlab.errors import InputError
from qdlab.plan import (
    Lab,
    MoveDelay,
    Plan,
    ReadPower,
    RunChopper,
    SetFluence,
    SetLight,
    Step,
    TakeShots,
    durations_s,
    estimate,
    problems,
)

_PUMP_PROBE = (MoveDelay, ReadPower, RunChopper, SetFluence, SetLight, TakeShots)


def plan(recipe: str, bench: str, *, console: Console) -> None:
    """Print points, duration, size and the steps of a recipe; InputError with all that is wrong with it."""
    lab = load_bench(bench).bench.describe()
    planned = load_recipe(recipe).experiment.plan(lab)
    if found := problems(planned, lab):
        raise InputError(*found)
    cost = estimate(planned, lab)
    console.print(
        f"{escape(planned.title)}: {cost.n_points} points, {duration_in_words(cost.duration_s)}, "
        f"{cost.n_bytes / 1e6:.0f} MB on {escape(lab.name)}",
        soft_wrap=True,
    )
    table = Table(Column("begins", justify="right"), Column("steps", justify="right"), "what")
    for begin_s, n_steps, what in _phases(planned, lab):
        table.add_row(duration_in_words(begin_s), str(n_steps), escape(what))
    console.print(table)


def _phases(planned: Plan, lab: Lab) -> Iterator[tuple[float, int, str]]:
    """Yield begin, number of steps and what they do; pump-probe steps after one another are one phase."""
    begin_s = 0.0
    timed = zip(planned, durations_s(planned, lab), strict=True)
    for what, group in groupby(timed, key=lambda item: _phase(item[0])):
        steps = list(group)
        yield begin_s, len(steps), what
        begin_s += sum(lasting_s for _, lasting_s in steps)


def _phase(step: Step) -> str:
    return "transient absorption" if isinstance(step, _PUMP_PROBE) else step.describe()
