"""`qdlab run`: carry out a recipe on a bench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.app.commands.plan import tell_doubts
from qdlab.app.config import bench_doubts, doubts, prepare
from qdlab.app.runs import carry_out, resume
from qdlab.app.terminal import STOPPING, shown, stop_on_signals
from qdlab.errors import InputError
from qdlab.run import StopToken


def run(recipe: str, bench: str, out: Path, seed: int | None, *, force: bool, console: Console) -> None:
    """Carry out a recipe on a bench, with a progress bar; Ctrl-C stops it safely."""
    loaded_recipe, loaded_bench, _ = prepare(recipe, bench, seed)
    tell_doubts([*doubts(loaded_recipe), *bench_doubts(loaded_bench)], console)
    stop = StopToken()
    with _where_it_is(out, console), stop_on_signals(stop, STOPPING), shown(stop, console) as tell:
        carry_out(loaded_recipe, loaded_bench, out, force=force, stop=stop, tell=tell)


def resume_run(path: Path, *, console: Console) -> None:
    """Measure what is missing in a run file, with a progress bar; Ctrl-C stops it safely."""
    stop = StopToken()
    with _where_it_is(path, console), stop_on_signals(stop, STOPPING), shown(stop, console) as tell:
        resume(path, stop=stop, tell=tell)


@contextmanager
def _where_it_is(path: Path, console: Console) -> Iterator[None]:
    """Say where the run file is; and how to go on, if the run was begun and not finished."""
    try:
        yield
    except InputError:
        raise
    except BaseException:  # a second Ctrl-C, too
        if path.exists():
            how = f"qdlab run --resume {path} measures what is missing"
            console.print(f"run file: {escape(str(path))}; {escape(how)}", soft_wrap=True)
        raise
    console.print(f"run file: {escape(str(path))}", soft_wrap=True)
