"""`qdlab reduce`: from a run file to numbers, which are kept in the file too."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.analysis import Reduction, summary
from qdlab.app._dask import cells_by
from qdlab.app._keep import keep_reduction, repeat_reduction
from qdlab.app._results import print_thresholds, read_choices, reduce_file, results_folder
from qdlab.app.report import write_results
from qdlab.errors import InputError, StorageError


def reduce(
    file: Path,
    out: Path | None,
    choices: Path | None,
    dask: str | None,
    *,
    again: bool,
    force: bool,
    console: Console,
) -> None:
    """Reduce a run file and print its thresholds; `again` only repeats what the file keeps.

    Without `again` the numbers go into the file and into results.json.
    """
    if again:
        _repeat(file, console)
        return
    folder, chosen = results_folder([file], out, force=force), read_choices(choices)
    with cells_by(dask, console) as cells_of:
        reduction = reduce_file(file, chosen, cells_of(file))
    results = summary(reduction)
    print_thresholds(results, console)
    _keep(file, reduction, console)
    for path in write_results(results, folder):
        console.print(f"{path.stem}: {escape(str(path))}", soft_wrap=True)


def _repeat(file: Path, console: Console) -> None:
    with console.status("reducing again"):
        results = summary(repeat_reduction(file))
    print_thresholds(results, console)
    console.print(f"repeated to the last digit: {results['digest'][:12]}", highlight=False)


def _keep(file: Path, reduction: Reduction, console: Console) -> None:
    """Keep the reduction in the file; a file that cannot take it is no reason to lose the numbers."""
    try:
        keep_reduction(file, reduction)
    except (InputError, StorageError) as error:
        console.print(
            f"note: not kept in the run file: {escape(str(error))}", soft_wrap=True, highlight=False
        )
