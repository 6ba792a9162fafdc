"""`qdlab recover`: every whole record of a damaged run file, in a new one."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from qdlab.storage import RecoveredStream, recover_run

_MOST_NAMED = 20


def recover(file: Path, out: Path | None, *, force: bool, console: Console) -> None:
    """Save what is whole in a run file into a new one, and name what is not."""
    if out is None:
        out = file.with_name(f"{file.stem.removesuffix('.h5')}-recovered.h5")
    streams = recover_run(file, out, force=force)
    table = Table("stream", Column("whole", justify="right"), Column("planned", justify="right"), "damaged")
    for stream in streams:
        table.add_row(stream.name, str(stream.n_whole), str(stream.n_records), _damaged(stream))
    console.print(table)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)


def _damaged(stream: RecoveredStream) -> str:
    named = " ".join(str(index).replace(" ", "") for index in stream.damaged[:_MOST_NAMED])
    n_more = len(stream.damaged) - _MOST_NAMED
    return f"{named} and {n_more} more" if n_more > 0 else named
