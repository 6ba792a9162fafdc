"""`qdlab report`: run files as pages, PDF, and figures with their numbers."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from qdlab.analysis import CampaignRun, Reduction, summary
from qdlab.app.report import PAGE, RESULTS, write_campaign, write_report
from qdlab.app.results import (
    campaign_run,
    check_numbers,
    names_of,
    print_means,
    print_thresholds,
    read_choices,
    reduce_file,
    results_folder,
)


def report(
    files: list[Path], out: Path | None, choices: Path | None, *, force: bool, console: Console
) -> None:
    """Reduce run files, print their thresholds and write a report; of several, one each and one of all.

    The numbers of one run that `qdlab reduce` left are no obstacle, if they are the same.
    """
    made = PAGE if len(files) == 1 else RESULTS
    folder, chosen = results_folder(files, out, force=force, made=made), read_choices(choices)
    runs: list[CampaignRun] = []
    for file, name in zip(files, names_of(files), strict=True):
        with console.status(f"reducing {escape(str(file))}"):
            reduction = reduce_file(file, chosen)
        numbers = summary(reduction)
        print_thresholds(numbers, console)
        own = folder if len(files) == 1 else folder / name
        check_numbers(own, numbers, force=force)
        _tell(_written(reduction, own, console), own, console)
        runs.append(campaign_run(name, reduction))
    if len(files) > 1:
        print_means(runs, console)
        _tell(write_campaign(runs, folder), folder, console)


def _written(reduction: Reduction, folder: Path, console: Console) -> list[Path]:
    with console.status("drawing"):
        return write_report(reduction, folder)


def _tell(written: list[Path], folder: Path, console: Console) -> None:
    for path in written:
        if path.parent == folder:
            console.print(f"{path.stem}: {escape(str(path))}", soft_wrap=True)
    console.print(f"figures: {escape(str(folder / 'figures'))}", soft_wrap=True)
