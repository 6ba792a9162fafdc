"""`qdlab plan`: what a recipe will do on a bench, and what it costs; nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.app._words import duration_in_words
from qdlab.app.config import bench_doubts, doubts, prepare
from qdlab.app.runs import cost_in_words, dose_in_words
from qdlab.plan import (
    Lab,
    MoveDelay,
    Plan,
    ReadPower,
    ReadSpectrum,
    RunChopper,
    ScanDelays,
    SelectProbe,
    SetFluence,
    SetLight,
    Step,
    TakeShots,
    durations_s,
)

_PUMP_PROBE = (MoveDelay, ReadPower, RunChopper, ScanDelays, SelectProbe, SetFluence, SetLight, TakeShots)


def plan(recipe: str, bench: str, *, console: Console) -> None:
    """Print what a recipe costs and does; InputError with all that is wrong with it."""
    read, loaded, planned = prepare(recipe, bench)
    lab = loaded.bench.describe()
    console.print(f"{escape(planned.title)}: {escape(cost_in_words(planned, lab))}", soft_wrap=True)
    if on_film := dose_in_words(planned, lab):
        console.print(f"on the film: {escape(on_film)}", soft_wrap=True)
    tell_doubts([*doubts(read), *bench_doubts(loaded)], console)
    if planned.chooses:
        console.print("This run chooses as it goes: below is the most it can come to.", soft_wrap=True)
    table = Table(Column("begins", justify="right"), Column("steps", justify="right"), "what")
    for phase in _phases(planned, lab):
        table.add_row(duration_in_words(phase.begin_s), str(phase.n_steps), escape(phase.what))
    console.print(table)


def tell_doubts(found: Iterable[str], console: Console) -> None:
    """Print what recipe or bench may have forgotten."""
    for doubt in found:
        console.print(f"note: {escape(doubt)}", soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Phase:
    """Steps that a person sees as one."""

    begin_s: float
    n_steps: int
    what: str


def _phases(planned: Plan, lab: Lab) -> Iterator[_Phase]:
    """Yield what happens, in order; pump-probe steps after one another are one phase."""
    begin_s = 0.0
    timed = enumerate(zip(planned, durations_s(planned, lab), strict=True))
    for _, group in groupby(timed, key=lambda item: -1 if isinstance(item[1][0], _PUMP_PROBE) else item[0]):
        done = [step for _, step in group]
        yield _Phase(begin_s, len(done), _in_words([step for step, _ in done], planned))
        begin_s += sum(lasting_s for _, lasting_s in done)


def _in_words(steps: list[Step], planned: Plan) -> str:
    """Say what some steps measure, by the streams they fill; or what they do, if they measure nothing."""
    if isinstance(steps[0], ReadSpectrum):
        return planned.stream(steps[0].slot.stream).meaning
    filled = [step.slot.stream for step in steps if isinstance(step, ReadPower | ScanDelays | TakeShots)]
    if not filled:
        return ", ".join(dict.fromkeys(step.describe() for step in steps))
    counts = {planned.stream(name).meaning: filled.count(name) for name in dict.fromkeys(filled)}
    return ", ".join(f"{meaning} ({n})" if n > 1 else meaning for meaning, n in counts.items())
