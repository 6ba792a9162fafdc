"""`qdlab run`: carry out a recipe on a bench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.app.config import prepare
from qdlab.app.runs import carry_out, resume
from qdlab.app.terminal import Attendant, ProgressBar, stop_on_signals
from qdlab.run import Event, Listener, StopToken


def run(recipe: str, bench: str, out: Path, seed: int | None, *, force: bool, console: Console) -> None:
    """Carry out a recipe on a bench, with a progress bar; Ctrl-C stops it safely."""
    loaded_recipe, loaded_bench, _ = prepare(recipe, bench, seed)
    with _attended(console) as (stop, tell):
        carry_out(loaded_recipe, loaded_bench, out, force=force, stop=stop, tell=tell)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)


def resume_run(path: Path, *, console: Console) -> None:
    """Measure what is missing in a run file, with a progress bar; Ctrl-C stops it safely."""
    with _attended(console) as (stop, tell):
        resume(path, stop=stop, tell=tell)
    console.print(f"run file: {escape(str(path))}", soft_wrap=True)


@contextmanager
def _attended(console: Console) -> Iterator[tuple[StopToken, Listener]]:
    """Show a run's progress, hand signals to it, and let whoever is there end a pause."""
    stop = StopToken()
    attendant = Attendant(stop, console)

    with stop_on_signals(stop), ProgressBar(console) as bar:

        def tell(event: Event) -> None:
            bar(event)
            attendant(event)

        yield stop, tell
