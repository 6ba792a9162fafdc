"""What the commands do; the command line only names their options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.app._bench_file import load_bench
from qdlab.app._carry_out import carry_out
from qdlab.app._progress import ProgressBar
from qdlab.app._recipe import load_recipe
from qdlab.app._results import print_thresholds, reduce_file
from qdlab.app._signals import stop_on_signals
from qdlab.run import StopToken
from qdlab.storage import import_file, inspect_run


def run(recipe: str, bench: str, out: Path, seed: int | None, *, force: bool, console: Console) -> None:
    """Carry out a recipe on a bench, with a progress bar; Ctrl-C stops it safely."""
    loaded_recipe, loaded_bench = load_recipe(recipe), load_bench(bench, seed)
    stop = StopToken()
    with stop_on_signals(stop), ProgressBar(console) as bar:
        carry_out(loaded_recipe, loaded_bench, out, force=force, stop=stop, tell=bar)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)


def reduce(file: Path, out: Path | None, *, force: bool, console: Console) -> None:
    """Reduce a run file into a folder and print the table of thresholds."""
    folder = out if out is not None else file.with_name(f"{file.stem}-results")
    with console.status("reducing"):
        reduction, written = reduce_file(file, folder, force=force)
    print_thresholds(reduction, console)
    for path in written:
        if path.suffix in (".html", ".json"):
            console.print(f"{path.stem}: {escape(str(path))}", soft_wrap=True)


def info(file: Path, *, console: Console) -> None:
    """Print what a run file holds and how its run ended."""
    about = inspect_run(file)
    facts = Table.grid(padding=(0, 2))
    for name, text in (
        ("title", about.title),
        ("procedure", about.procedure),
        ("status", f"{about.status}: {about.reason}" if about.reason else about.status),
        ("started", about.start_time),
        ("ended", about.end_time or "-"),
        ("last sign of life", f"{about.last_sign:%Y-%m-%d %H:%M:%S %Z} on {about.host}"),
        ("size", f"{about.n_bytes / 1e6:.1f} MB, schema {about.schema_version}"),
        ("records", f"{about.n_done} of {about.n_records}"),
    ):
        facts.add_row(name, escape(text))
    console.print(facts)
    streams = Table("stream", "what", Column("done", justify="right"), Column("planned", justify="right"))
    for stream in about.streams:
        streams.add_row(stream.name, escape(stream.meaning), str(stream.n_done), str(stream.n_records))
    console.print(streams)


def import_(file: Path, out: Path, *, force: bool, console: Console) -> None:
    """Bring another program's data into a run file."""
    import_file(file, out, force=force)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)
