"""`qdlab queue`: recipes that run one after another, kept on disk."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.app._exit_code import exit_code
from qdlab.app.queue import Job, OnFailure, Queue, add_job, carry_out_job, default_path, work
from qdlab.app.terminal import STOPPING, shown, stop_on_signals
from qdlab.run import StopToken


def queue_at(path: Path | None) -> Queue:
    """Return the queue in a file, or this person's own."""
    return Queue(default_path() if path is None else path)


def add(
    queue: Queue, recipe: str, bench: str, out: Path | None, seed: int | None, *, console: Console
) -> None:
    """Append a recipe; without `out` its file gets the recipe's name and the first free number here."""
    target = _free_name(Path(recipe).stem, queue) if out is None else out
    job = add_job(queue, recipe, bench, target, seed)
    _tell(job, console)


def _free_name(stem: str, queue: Queue) -> Path:
    taken = {job.out for job in queue.jobs()}
    number = 1
    while (path := Path(f"{stem}-{number}.h5")).exists() or path.resolve() in taken:
        number += 1
    return path


def list_(queue: Queue, *, console: Console) -> None:
    """Print all jobs in order."""
    jobs = queue.jobs()
    if not jobs:
        console.print("the queue is empty")
        return
    table = Table("job", "state", "title", "bench", Column("file", overflow="fold"))
    for job in jobs:
        row = (str(job.number), job.state, job.title, Path(job.bench).name, _from_here(job.out))
        table.add_row(*map(escape, row))
    console.print(table)
    for job in jobs:
        if job.reason:
            console.print(f"job {job.number} {job.state}: {escape(job.reason)}", soft_wrap=True)
    if any(job.state == "running" for job in jobs) and not queue.is_worked_on:
        console.print("what shows as running was cut off; `qdlab queue run` resumes it")


def run(queue: Queue, on_failure: OnFailure, *, console: Console) -> None:
    """Work on the queue until no job waits; exit with the code of the first failure."""
    stop = StopToken()

    def carry(job: Job) -> None:
        _tell(job, console)
        with shown(stop, console) as tell:
            carry_out_job(queue, job, stop=stop, tell=tell)

    with stop_on_signals(stop, STOPPING):
        ended = work(queue, carry, on_failure)
    failures = [(item.job, item.failure) for item in ended if item.failure is not None]
    for job, failure in failures:
        console.print(f"job {job.number} failed: {escape(str(failure))}", soft_wrap=True)
        resumed = ", to be resumed" if queue.job(job.number).is_begun else ""
        console.print(f"`qdlab queue retry {job.number}` lets it wait again{resumed}", soft_wrap=True)
    console.print(f"{len(ended) - len(failures)} finished, {len(failures)} failed, {_left(queue)} waiting")
    if failures:
        raise typer.Exit(exit_code(failures[0][1]))


def _tell(job: Job, console: Console) -> None:
    console.print(f"job {job.number}: {escape(job.title)} -> {escape(str(job.out))}", soft_wrap=True)


def _from_here(path: Path) -> str:
    """Return a path as short as it can be typed in this folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _left(queue: Queue) -> int:
    return sum(job.state == "waiting" for job in queue.jobs())
