"""`qdlab report`: a run file as a page, a PDF, and figures with their numbers."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.analysis import summary
from qdlab.app._results import print_thresholds, read_choices, reduce_file, results_folder
from qdlab.app.report import write_report


def report(file: Path, out: Path | None, choices: Path | None, *, force: bool, console: Console) -> None:
    """Reduce a run file, print its thresholds and write the report into a folder."""
    folder, chosen = results_folder([file], out, force=force), read_choices(choices)
    with console.status("reducing"):
        reduction = reduce_file(file, chosen)
    print_thresholds(summary(reduction), console)
    with console.status("drawing"):
        written = write_report(reduction, folder)
    for path in written:
        if path.parent == folder:
            console.print(f"{path.name}: {escape(str(path))}", soft_wrap=True)
    console.print(f"figures: {escape(str(folder / 'figures'))}", soft_wrap=True)
