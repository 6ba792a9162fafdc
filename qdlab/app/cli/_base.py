"""What all commands of the command line share: their usual options, and errors in words.

They print to `rich.get_console()`, asked for when a command runs: rich takes longer to load than --help may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from qdlab.app._exit_code import exit_code
from qdlab.errors import QdlabError

BenchOption = Annotated[
    str, typer.Option("--bench", help="Bench file, or the name of one that comes with qdlab.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace files that exist already.")]
RunsArgument = Annotated[
    list[Path],
    typer.Argument(
        help="Run files; several are one campaign, replicates if their samples have one name.",
        metavar="RUN.h5",
    ),
]
ResultsOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for the results. [default: RUN-results]")
]
ChoicesOption = Annotated[
    Path | None,
    typer.Option("--choices", help="TOML file with choices of the reduction, before those of the recipe."),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="Seed of the simulated laboratory."),
]
RecipeArgument = Annotated[
    str, typer.Argument(help="Recipe file, or the name of one that comes with qdlab.", metavar="RECIPE")
]

Command = Callable[..., None]


def command_of(group: typer.Typer) -> Callable[[Command], Command]:
    """Return what registers a function as a command of the group, its errors told in words."""

    def command(function: Command) -> Command:
        @group.command(name=function.__name__.rstrip("_").replace("_", "-"))
        @wraps(function)
        def told(*arguments: Any, **options: Any) -> None:
            with _told():
                function(*arguments, **options)

        return told

    return command


@contextmanager
def _told() -> Iterator[None]:
    """Tell errors in words, with the exit code that fits them."""
    try:
        yield
    except QdlabError as error:
        _say(str(error))
        raise typer.Exit(exit_code(error)) from error
    except KeyboardInterrupt as interrupt:
        _say("interrupted")
        raise typer.Exit(exit_code(interrupt)) from None


def _say(error: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    Console(stderr=True).print(f"[bold red]qdlab:[/] {escape(error)}", soft_wrap=True, highlight=False)
