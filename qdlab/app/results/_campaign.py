"""Several run files as one campaign: what their runs are called, and the table of their means."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qdlab.analysis import CampaignRun, Reduction, campaign_of, summary
from qdlab.app._words import number_in_words
from qdlab.app.report._words import NOTHING, measured, rounded


def names_of(files: Sequence[Path]) -> list[str]:
    """Return a name for each run: its file's, with a number where several are called the same."""
    times, seen, names = Counter(file.stem for file in files), Counter[str](), list[str]()
    for file in files:
        seen[file.stem] += 1
        names.append(file.stem if times[file.stem] == 1 else f"{file.stem}-{seen[file.stem]}")
    return names


def campaign_run(name: str, reduction: Reduction) -> CampaignRun:
    """Return a run of a campaign; those of one sample's name are replicates."""
    sample = reduction.provenance.get("sample") or {}
    return CampaignRun(name, str(sample.get("name") or "unnamed"), summary(reduction))


def print_means(runs: Sequence[CampaignRun], console: Console) -> None:
    """Print the mean of every quantity over the runs, with its error and the scatter between them."""
    caption = "random effects; own: error of the mean by the runs' own errors; scatter: beyond those"
    title = f"Means over {len(runs)} runs"
    table = Table(title=title, title_justify="left", caption=caption, box=None)
    for heading in ("quantity", "at / V", "runs", "mean", "own", "scatter"):
        table.add_column(heading, justify="left" if heading == "quantity" else "right", no_wrap=True)
    for quantity in campaign_of(runs):
        mean = quantity.over_runs
        own = _none(mean.statistical_error)
        table.add_row(
            quantity.name,
            number_in_words(_none(quantity.potential_v), 2, sign=True),
            str(mean.n),
            measured(_none(mean.value), _none(mean.error)),
            rounded(own, own),
            rounded(mean.scatter, mean.scatter) if mean.n > 1 else NOTHING,
        )
    console.print(table)


def _none(value: float) -> float | None:
    return value if math.isfinite(value) else None
