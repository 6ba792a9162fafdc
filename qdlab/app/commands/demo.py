"""`qdlab demo`: the whole experiment on the simulated laboratory, from nothing to thresholds."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

from rich.console import Console

from qdlab.app.commands.report import report
from qdlab.app.commands.run import run
from qdlab.app.results import check_folder
from qdlab.errors import InputError

RECIPE, BENCH, RUN_FILE = "quick", "paper_sim", "run.h5"


def demo(out: Path | None, seed: int | None, *, force: bool, console: Console) -> None:
    """Run, reduce and report into one folder; without `out`, into a new one that no earlier demo used."""
    folder = out if out is not None else _fresh_folder(Path("qdlab-demo"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: the folder cannot be made: {error.strerror}") from error
    check_folder(folder, force=force)
    file = folder / RUN_FILE
    run(RECIPE, BENCH, file, seed, force=force, console=console)
    report([file], folder, None, force=True, console=console)


def _fresh_folder(wanted: Path) -> Path:
    """Return the folder, or the first of wanted-2, wanted-3... that holds no run yet."""
    numbered = (wanted.with_name(f"{wanted.name}-{number}") for number in count(2))
    return next(folder for folder in chain([wanted], numbered) if not (folder / RUN_FILE).exists())
