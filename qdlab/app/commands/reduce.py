"""`qdlab reduce`: from run files to numbers, which are kept in the files too."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.analysis import CampaignRun, Reduction, campaign_of, campaign_summary, summary
from qdlab.app.report import write_results
from qdlab.app.results import (
    campaign_run,
    cells_by,
    keep_reduction,
    names_of,
    print_means,
    print_thresholds,
    read_choices,
    reduce_file,
    repeat_reduction,
    results_folder,
)
from qdlab.errors import InputError, StorageError


def reduce(
    files: list[Path],
    out: Path | None,
    choices: Path | None,
    dask: str | None,
    *,
    again: bool,
    force: bool,
    console: Console,
) -> None:
    """Reduce run files and print their thresholds; `again` only repeats what the files keep.

    Without `again` the numbers go into the files and into results.json, those of several with their means.
    """
    if again:
        for file in files:
            _repeat(file, console)
        return
    folder, chosen = results_folder(files, out, force=force), read_choices(choices)
    runs = []
    with cells_by(dask, console) as cells_of:
        for file, name in zip(files, names_of(files), strict=True):
            reduction = reduce_file(file, chosen, cells_of(file))
            runs.append(campaign_run(name, reduction))
            print_thresholds(runs[-1].results, console)
            _keep(file, reduction, console)
    if len(runs) > 1:
        print_means(runs, console)
    for path in write_results(_results(runs), folder):
        console.print(f"{path.stem}: {escape(str(path))}", soft_wrap=True)


def _results(runs: list[CampaignRun]) -> dict[str, object]:
    return dict(runs[0].results) if len(runs) == 1 else campaign_summary(runs, campaign_of(runs))


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
