"""The report of a campaign: what all runs say together, and how far they scatter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qdlab.analysis import CampaignRun, Combined, Quantity
from qdlab.app.report._captions import picture
from qdlab.app.report._document import Document, Part, Remarks, Section, Table
from qdlab.app.report._words import NOTHING, interval, measured, number, rounded

REMARK = (
    "Mean: random effects. Statistical: its error if the runs scattered by their own errors only. "
    "Scatter: the standard deviation between them beyond those. χ²: about 1 if their errors explain all."
)


def document_of_campaign(
    runs: Sequence[CampaignRun],
    quantities: Sequence[Quantity],
    summary: dict[str, Any],
    figures: Iterable[str],
) -> Document:
    """Return the report of a campaign."""
    sections = [
        Section("All runs together", tuple(_together(quantities))),
        Section("Figures", tuple(picture(name) for name in figures)),
        Section("The runs", (_runs(runs), *_notes(runs))),
        Section("Origin", (Table("Origin", ("name", "value"), _origin(summary)),)),
    ]
    return Document(
        _title(runs),
        f"{summary['method']}.",
        tuple(section for section in sections if section.parts),
    )


def _title(runs: Sequence[CampaignRun]) -> str:
    n_samples = len({run.sample for run in runs})
    return f"{len(runs)} runs of {n_samples} sample{'s' if n_samples > 1 else ''}"


def _together(quantities: Sequence[Quantity]) -> Iterator[Part]:
    if not quantities:
        yield Remarks(("No quantity is known of any run; the notes say why.",))
        return
    headings = (
        "quantity",
        "potential / V",
        "runs",
        "mean",
        "95 % interval",
        "statistical",
        "scatter",
        "χ²",
        "limits left out",
    )
    yield Table(
        "Means over the runs", headings, tuple(_mean(q, q.over_runs, q.n_limits) for q in quantities), REMARK
    )
    over_samples = [(q, q.over_samples) for q in quantities if q.over_samples is not None]
    if over_samples:
        rows = tuple(_mean(quantity, mean, quantity.n_limits) for quantity, mean in over_samples)
        remark = "Measurements are the means over each sample's replicates; scatter is that between samples."
        yield Table(
            "Means over the samples", ("quantity", "potential / V", "samples", *headings[3:]), rows, remark
        )
        of_samples = tuple(
            (
                _name(quantity),
                _volts(quantity),
                sample,
                str(mean.n),
                measured(_none(mean.value), _none(mean.error)),
            )
            for quantity, _ in over_samples
            for sample, mean in quantity.samples.items()
        )
        yield Table(
            "Sample by sample",
            ("quantity", "potential / V", "sample", "runs", "mean"),
            of_samples,
            is_long=True,
        )
    singles = tuple(
        (_name(quantity), _volts(quantity), run, measured(value, _none(error)))
        for quantity in quantities
        for run, (value, error) in quantity.runs.items()
    )
    yield Table("Run by run", ("quantity", "potential / V", "run", "value"), singles, is_long=True)


def _mean(quantity: Quantity, mean: Combined, n_limits: int) -> tuple[str, ...]:
    return (
        _name(quantity),
        _volts(quantity),
        str(mean.n),
        measured(_none(mean.value), _none(mean.error)),
        interval(_none(mean.low95), _none(mean.high95), _none(mean.error)),
        rounded(_none(mean.statistical_error), _none(mean.statistical_error)),
        rounded(mean.scatter, mean.scatter) if mean.n > 1 else NOTHING,
        number(_none(mean.chi2), 2),
        str(n_limits) if n_limits else NOTHING,
    )


def _name(quantity: Quantity) -> str:
    return f"{quantity.meaning} / {quantity.unit}" if quantity.unit else quantity.meaning


def _volts(quantity: Quantity) -> str:
    return number(_none(quantity.potential_v), 3)


def _none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _runs(runs: Sequence[CampaignRun]) -> Table:
    rows = tuple(
        (
            str(k),
            run.name,
            run.sample,
            str(run.results["provenance"].get("start_time", "")),
            run.results["digest"][:12],
        )
        for k, run in enumerate(runs, start=1)
    )
    return Table("Files", ("run", "file", "sample", "started", "digest"), rows)


def _notes(runs: Sequence[CampaignRun]) -> Iterator[Part]:
    notes = tuple(f"{run.name}: {note}" for run in runs for note in run.results["notes"])
    if notes:
        yield Remarks(notes)


def _origin(summary: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (("method", summary["method"]), ("digest of the numbers", summary["digest"]))
