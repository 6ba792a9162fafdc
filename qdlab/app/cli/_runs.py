"""Commands that plan and carry out runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import BenchOption, ForceOption, RecipeArgument, SeedOption, command_of

runs = typer.Typer()
_command = command_of(runs)


@_command
def demo(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results. [default: qdlab-demo]")
    ] = None,
    seed: SeedOption = None,
    force: ForceOption = False,
) -> None:
    """Measure gain thresholds on a simulated laboratory."""
    from qdlab.app.commands.demo import demo

    demo(out, seed, force=force, console=get_console())


@_command
def run(
    recipe: Annotated[
        str | None, typer.Argument(help="Recipe file, or the name of one that comes with qdlab.")
    ] = None,
    bench: Annotated[
        str | None, typer.Option("--bench", help="Bench file, or the name of one that comes with qdlab.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The run file to write (HDF5).")] = None,
    seed: SeedOption = None,
    force: ForceOption = False,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="RUN.h5",
            help="Measure what is missing in the file of a run that stopped, failed or died; "
            "recipe and bench are in it.",
        ),
    ] = None,
) -> None:
    """Carry out a recipe on a bench.

    Ctrl-C stops it and leaves cell and shutters safe.
    """
    from qdlab.app.commands.run import resume_run, run
    from qdlab.errors import InputError

    given = {"RECIPE": recipe, "--bench": bench, "--out": out}
    if resume is not None:
        if any(value is not None for value in (*given.values(), seed)):
            raise InputError("--resume stands alone: recipe, bench and seed are in the run file")
        resume_run(resume, console=get_console())
    elif recipe is None or bench is None or out is None:
        missing = [name for name, value in given.items() if value is None]
        raise InputError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing "
            "(qdlab run RECIPE --bench BENCH --out RUN.h5); or resume a run with --resume RUN.h5"
        )
    else:
        run(recipe, bench, out, seed, force=force, console=get_console())


@_command
def plan(
    recipe: RecipeArgument,
    bench: BenchOption,
) -> None:
    """Say what a recipe will do and what it costs.

    Nothing is opened.
    """
    from qdlab.app.commands.plan import plan

    plan(recipe, bench, console=get_console())


@_command
def gui(bench: BenchOption = "paper_sim") -> None:
    """Open the window.

    Without a bench, it shows the simulated laboratory.
    """
    from qdlab.app.commands.gui import gui

    gui(bench)
