"""`qdlab info`: what a run file holds and how its run ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.storage import inspect_run

_SPILLED = ", some in the spill beside the file: keep both together, or merge them with qdlab recover"


def info(file: Path, *, console: Console) -> None:
    """Print what a run file holds and how its run ended."""
    about = inspect_run(file)
    facts = Table.grid(padding=(0, 2))
    for name, text in (
        ("title", about.title),
        ("procedure", about.procedure),
        ("sample", about.sample or "-"),
        ("bench", (about.bench or "-") + ("" if about.seed is None else f" (simulated, seed {about.seed})")),
        ("operator", about.operator or "-"),
        ("status", f"{about.status}: {about.reason}" if about.reason else about.status),
        ("started", _moment(about.start_time)),
        ("ended", _moment(about.end_time) if about.end_time else "-"),
        ("last sign of life", f"{about.last_sign:%Y-%m-%d %H:%M:%S %Z} on {about.host}"),
        ("size", f"{about.n_bytes / 1e6:.1f} MB, schema {about.schema_version}"),
        ("records", f"{about.n_done} of {about.n_records}{_SPILLED if about.is_spilled else ''}"),
        ("reductions", ", ".join(about.results) or "-"),
    ):
        facts.add_row(name, escape(text))
    console.print(facts)
    if about.log:
        console.print("log")
    for line in about.log:
        console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
    streams = Table("stream", "what", Column("done", justify="right"), Column("planned", justify="right"))
    for stream in about.streams:
        streams.add_row(stream.name, escape(stream.meaning), str(stream.n_done), str(stream.n_records))
    console.print(streams)


def _moment(time: str) -> str:
    """Return a moment as the file tells it, to the second."""
    return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M:%S %Z}"
