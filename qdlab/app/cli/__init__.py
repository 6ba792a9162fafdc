"""The command line. Commands import what they need when they run, so that --help answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._benches import benches
from qdlab.app.cli._files import files
from qdlab.app.cli._queue import queue_group
from qdlab.app.cli._results import results
from qdlab.app.cli._runs import runs

app = typer.Typer(
    help="Optical gain in electrochemically doped quantum-dot films: measured, reduced and explained.",
    epilog="Try: qdlab demo. Exit codes: 0 done, 2 the input is wrong, 3 an instrument failed, "
    "4 a safety limit stopped the run, 130 interrupted, 1 anything else.",
    no_args_is_help=True,
    rich_markup_mode=None,  # boxes round the help would triple the time it takes
    context_settings={"max_content_width": 110},
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for group in (runs, results, files, benches):
    app.add_typer(group)
app.add_typer(queue_group, name="queue")


@app.callback(invoke_without_command=True)
def version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FILE", help="Add to this file what is done, down to the bytes on every line."
        ),
    ] = None,
) -> None:
    """Optical gain in electrochemically doped quantum-dot films: measured, reduced and explained."""
    if log is not None:
        from qdlab.app._log import keep_log

        try:
            keep_log(log)
        except OSError as error:
            raise typer.BadParameter(f"{log}: {error.strerror}", param_hint="--log") from error
    if version:
        import qdlab

        get_console().print(f"qdlab {qdlab.__version__}")
        raise typer.Exit
