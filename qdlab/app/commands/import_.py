"""`qdlab import`: another program's data into a run file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.storage import import_file
from qdlab.storage.formats import Units


def import_(
    file: Path, out: Path, format_name: str | None, units: Units, *, force: bool, console: Console
) -> None:
    """Bring another program's data into a run file."""
    known_as = import_file(file, out, force=force, format_name=format_name, units=units)
    console.print(f"read as: {known_as}\nrun file: {escape(str(out))}", soft_wrap=True)
