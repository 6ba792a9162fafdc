"""`qdlab run`: carry out a recipe on a bench."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.app.commands.plan import tell_doubts
from qdlab.app.config import prepare
from qdlab.app.runs import carry_out, resume
from qdlab.app.terminal import shown, stop_on_signals
from qdlab.run import StopToken


def run(recipe: str, bench: str, out: Path, seed: int | None, *, force: bool, console: Console) -> None:
    """Carry out a recipe on a bench, with a progress bar; Ctrl-C stops it safely."""
    loaded_recipe, loaded_bench, _ = prepare(recipe, bench, seed)
    tell_doubts(loaded_recipe, console)
    stop = StopToken()
    with stop_on_signals(stop), shown(stop, console) as tell:
        carry_out(loaded_recipe, loaded_bench, out, force=force, stop=stop, tell=tell)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)


def resume_run(path: Path, *, console: Console) -> None:
    """Measure what is missing in a run file, with a progress bar; Ctrl-C stops it safely."""
    stop = StopToken()
    with stop_on_signals(stop), shown(stop, console) as tell:
        resume(path, stop=stop, tell=tell)
    console.print(f"run file: {escape(str(path))}", soft_wrap=True)
