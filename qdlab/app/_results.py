"""From a run file to results in a folder, and the table of thresholds that a person sees at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qdlab.analysis import Reduction, summary
from qdlab.analysis import reduce as reduce_tree
from qdlab.app._words import number_in_words, threshold_in_words
from qdlab.app.report import write_report
from qdlab.errors import InputError
from qdlab.storage import open_run

RESULTS = "results.json"
_CAPTION = "electrons per dot; excitons per dot at transparency; theory: transition counting"
_HEADINGS = ("potential / V", "n_1S", "N_gain", "68 % interval", "theory")


def check_folder(folder: Path, *, force: bool) -> None:
    """Raise InputError if results would replace older ones, or the folder is none."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the results")
    if (folder / RESULTS).exists() and not force:
        raise InputError(f"{folder} holds results already; name another folder, or replace them with --force")


def reduce_file(file: Path, folder: Path, *, force: bool) -> tuple[Reduction, list[Path]]:
    """Reduce a run file into a folder; return the reduction and the files written."""
    check_folder(folder, force=force)
    with open_run(file) as tree:
        reduction = reduce_tree(tree)
        return reduction, write_report(reduction, folder)


def print_thresholds(reduction: Reduction, console: Console) -> None:
    """Print thresholds beside theory, then what the reader must know about them."""
    results = summary(reduction)
    if results["thresholds"]:
        console.print(_table(results["thresholds"]))
    for note in results["notes"]:
        console.print(f"note: {escape(note)}", soft_wrap=True, highlight=False)


def _table(thresholds: list[dict[str, Any]]) -> Table:
    table = Table(title="Gain thresholds of the 1S band", title_justify="left", caption=_CAPTION)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in thresholds:
        table.add_row(
            number_in_words(row["potential_v"], 2, sign=True),
            f"{number_in_words(row['n_1s'], 2)} ± {number_in_words(row['n_1s_err'], 2)}",
            threshold_in_words(row),
            f"{number_in_words(row['n_gain_low'], 3)} to {number_in_words(row['n_gain_high'], 3)}",
            number_in_words(row["n_gain_model"], 3),
        )
    return table
