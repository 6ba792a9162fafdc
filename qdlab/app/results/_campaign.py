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
    """Print the mean of every quantity over the runs, with error, scatter and 95 % interval."""
    caption = "random effects; statistical: error of the mean by the runs' own errors; scatter: beyond those"
    table = Table(title=f"Means over {len(runs)} runs", title_justify="left", caption=caption)
    for heading in ("quantity", "potential / V", "runs", "mean", "95 % interval", "statistical", "scatter"):
        table.add_column(heading, justify="left" if heading == "quantity" else "right", no_wrap=True)
    for quantity in campaign_of(runs):
        mean = quantity.over_runs
        table.add_row(
            f"{quantity.name}",
            number_in_words(_none(quantity.potential_v), 3, sign=True),
            str(mean.n),
            f"{mean.value:.4g} ± {mean.error:.2g}",
            f"{mean.low95:.4g} to {mean.high95:.4g}" if mean.n > 1 else "-",
            f"{mean.statistical_error:.2g}",
            f"{mean.scatter:.2g}" if mean.n > 1 else "-",
        )
    console.print(table)


def _none(value: float) -> float | None:
    return value if math.isfinite(value) else None
