"""`qdlab doctor`: examine a bench and say what works, what does not, and what to do."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qdlab.app.commands.plan import tell_doubts
from qdlab.app.config import bench_doubts, load_bench, load_recipe
from qdlab.app.doctor import Finding, examine
from qdlab.errors import InstrumentError

_SIGNS = {True: "[green]ok[/]", False: "[bold red]NO[/]", None: "[yellow]?[/]"}


def doctor(bench: str, recipe: str | None, *, console: Console) -> None:
    """Print all findings; InstrumentError unless everything is well."""
    loaded = load_bench(bench)
    plan = None if recipe is None else load_recipe(recipe).experiment.plan(loaded.bench.describe())
    with console.status("examining the bench"):
        findings = list(examine(loaded.bench, plan))
    console.print(_table(findings))
    tell_doubts(bench_doubts(loaded), console)
    ill = [finding for finding in findings if not finding.well]
    if ill:
        raise InstrumentError(f"{len(ill)} of {len(findings)} findings are not well")


def _table(findings: list[Finding]) -> Table:
    table = Table("what", "", "found", "what to do")
    for finding in findings:
        advice = "" if finding.well else finding.advice
        table.add_row(escape(finding.what), _SIGNS[finding.well], escape(finding.found), escape(advice))
    return table
