"""`qdlab reduce`: from a run file to thresholds, figures and a report."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.app._results import print_thresholds, reduce_file


def reduce(file: Path, out: Path | None, *, force: bool, console: Console) -> None:
    """Reduce a run file into a folder and print the table of thresholds."""
    folder = out if out is not None else file.with_name(f"{file.stem}-results")
    with console.status("reducing"):
        reduction, written = reduce_file(file, folder, force=force)
    print_thresholds(reduction, console)
    for path in written:
        if path.suffix in (".html", ".json"):
            console.print(f"{path.stem}: {escape(str(path))}", soft_wrap=True)
