"""From run files to reductions, and the table of thresholds that a person sees at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qdlab.analysis import Choices, EachCell, Reduction, in_threads
from qdlab.analysis import reduce as reduce_tree
from qdlab.app._words import number_in_words, threshold_in_words
from qdlab.app.config import read_toml
from qdlab.app.report import RESULTS
from qdlab.errors import InputError
from qdlab.storage import open_run

_CAPTION = "electrons per dot; excitons per dot at transparency; theory: transition counting"
_HEADINGS = ("potential / V", "n_1S", "N_gain", "68 % interval", "theory")


def results_folder(files: list[Path], out: Path | None, *, force: bool, made: str = RESULTS) -> Path:
    """Return where results go, the file `made` among them: `out`, or RUN-results beside the first file.

    InputError if they would replace older ones, or the folder is none.
    """
    folder = out if out is not None else files[0].with_name(f"{files[0].stem}-results")
    check_folder(folder, force=force, made=made)
    return folder


def check_folder(folder: Path, *, force: bool, made: str = RESULTS) -> None:
    """Raise InputError if a file `made` would replace an older one, or the folder is none."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the results")
    if (folder / made).exists() and not force:
        raise InputError(f"{folder} holds results already; name another folder, or replace them with --force")


def check_numbers(folder: Path, results: Mapping[str, Any], *, force: bool) -> None:
    """Raise InputError if a folder holds other numbers than these."""
    path = folder / RESULTS
    if path.exists() and not force and _digest(path) != results["digest"]:
        raise InputError(
            f"{path} holds other numbers: of another run, or with other choices; name another folder, or "
            "replace them with --force"
        )


def _digest(path: Path) -> object:
    """Return the digest in a results.json; None if it is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("digest")
    except (ValueError, AttributeError):
        return None


def read_choices(path: Path | None) -> dict[str, Any]:
    """Return the choices that a file makes, in a table [reduction] or without one; none without a file."""
    if path is None:
        return {}
    table = read_toml(path)
    chosen = table.get("reduction", table)
    try:
        Choices.from_table(chosen)
    except InputError as error:
        raise InputError(*(f"{path.name}: {problem}" for problem in error.problems)) from error
    return dict(chosen)


def reduce_file(file: Path, chosen: dict[str, Any], each_cell: EachCell = in_threads) -> Reduction:
    """Reduce a run file; `chosen` goes before what the file's recipe and sample say."""
    with open_run(file) as tree:
        return reduce_tree(tree, Choices.for_run(tree.attrs, chosen), each_cell=each_cell)


def print_thresholds(results: Mapping[str, Any], console: Console) -> None:
    """Print thresholds beside theory, then what the reader must know about them."""
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
            "-" if row["n_1s"] is None else f"{row['n_1s']:z.2f} ± {number_in_words(row['n_1s_err'], 2)}",
            threshold_in_words(row),
            f"{number_in_words(row['n_gain_low'], 3)} to {number_in_words(row['n_gain_high'], 3)}",
            number_in_words(row["n_gain_model"], 3),
        )
    return table
