"""`qdlab queue ...`: recipes that run one after another."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import BenchOption, RecipeArgument, SeedOption, command_of


class OnFailure(Enum):
    """What becomes of the jobs behind one that failed."""

    stop = "stop"
    skip = "skip"


queue_group = typer.Typer(
    help="Run recipes one after another. They are kept on disk and survive a restart.", no_args_is_help=True
)
_command = command_of(queue_group)

QueueOption = Annotated[
    Path | None,
    typer.Option("--queue", envvar="QDLAB_QUEUE", help="File of the queue. [default: this person's own]"),
]
JobArgument = Annotated[int, typer.Argument(help="Number of the job, as `qdlab queue list` shows it.")]


@_command
def add(
    recipe: RecipeArgument,
    bench: BenchOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="The run file to write. [default: RECIPE-1.h5, -2, ...]")
    ] = None,
    seed: SeedOption = None,
    queue: QueueOption = None,
) -> None:
    """Append a recipe as it stands now, once it has been held against its bench."""
    from qdlab.app.commands.queue import add, queue_at

    add(queue_at(queue), recipe, bench, out, seed, console=get_console())


@_command
def list_(queue: QueueOption = None) -> None:
    """Show all jobs in the order in which they run."""
    from qdlab.app.commands.queue import list_, queue_at

    list_(queue_at(queue), console=get_console())


@_command
def run_(
    on_failure: Annotated[
        OnFailure, typer.Option("--on-failure", help="Stop the queue, or go on with the next job.")
    ] = OnFailure.stop,
    queue: QueueOption = None,
) -> None:
    """Run the jobs that wait, one after another; what was cut off is resumed."""
    from qdlab.app.commands.queue import queue_at, run

    run(queue_at(queue), on_failure.value, console=get_console())


@_command
def remove(job: JobArgument, queue: QueueOption = None) -> None:
    """Forget a job; its run file, if there is one, stays."""
    from qdlab.app.commands.queue import queue_at

    queue_at(queue).remove(job)


@_command
def retry(job: JobArgument, queue: QueueOption = None) -> None:
    """Let a stopped or failed job wait again; its run is resumed, not begun anew."""
    from qdlab.app.commands.queue import queue_at

    queue_at(queue).retry(job)


@_command
def move(
    job: JobArgument,
    place: Annotated[int, typer.Argument(min=1, help="Its place from now on; 1 is the first.")],
    queue: QueueOption = None,
) -> None:
    """Give a job another place in the order."""
    from qdlab.app.commands.queue import queue_at

    queue_at(queue).move(job, place)
