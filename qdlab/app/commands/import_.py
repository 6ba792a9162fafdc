"""`qdlab import`: another program's data into a run file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.storage import import_file


def import_(file: Path, out: Path, *, force: bool, console: Console) -> None:
    """Bring another program's data into a run file."""
    import_file(file, out, force=force)
    console.print(f"run file: {escape(str(out))}", soft_wrap=True)
