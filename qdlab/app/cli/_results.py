"""Commands that reduce run files to results."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import ChoicesOption, ForceOption, ResultsOption, RunsArgument, command_of

results = typer.Typer()
_command = command_of(results)


@_command
def reduce(
    files: RunsArgument,
    out: ResultsOption = None,
    choices: ChoicesOption = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Repeat the reduction kept in the file; exit code 0 if all digits agree."
        ),
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            help="Reduce on this Dask scheduler (tcp://host:8786), or on worker processes here (local).",
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Reduce run files to gain thresholds.

    The numbers go to results.json and into the files; several files give means over them.
    """
    from qdlab.app.commands.reduce import reduce

    reduce(files, out, choices, dask, again=again, force=force, console=get_console())


@_command
def report(
    files: RunsArgument,
    out: ResultsOption = None,
    choices: ChoicesOption = None,
    force: ForceOption = False,
) -> None:
    """Reduce run files to a report.

    It is a page, a PDF, figures and every number they show; several files make one report.
    """
    from qdlab.app.commands.report import report

    report(files, out, choices, force=force, console=get_console())
