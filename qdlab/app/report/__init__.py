"""Write what a reduction found: numbers for programs, pages for people, figures for publications."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qdlab.analysis import (
    CampaignRun,
    MissingDataError,
    Quantity,
    Reduction,
    campaign_of,
    campaign_summary,
    summary,
)
from qdlab.analysis.figures import Sheet, campaign_quantities, campaign_thresholds, figures
from qdlab.app.report._campaign import document_of_campaign
from qdlab.app.report._contents import document_of
from qdlab.app.report._document import Document
from qdlab.app.report._files import figure_files
from qdlab.app.report._html import page_of
from qdlab.app.report._pdf import pdf_of

RESULTS, PAGE, PDF, FIGURES = "results.json", "report.html", "report.pdf", "figures"


def write_results(results: dict[str, Any], directory: Path) -> list[Path]:
    """Write results.json into a folder, made if need be; return its path. An older one is replaced."""
    return _write({RESULTS: _json(results)}, directory)


def write_report(reduction: Reduction, directory: Path) -> list[Path]:
    """Write results.json, report.html, report.pdf and the folder of figures; return the paths.

    The folder is made if need be, files of the same names are replaced. Page and PDF hold their figures in
    themselves, so each can be passed on alone.
    """
    results, sheets = summary(reduction), dict(figures(reduction))
    return _write_all(results, document_of(results, sheets), sheets, directory)


def write_campaign(runs: Sequence[CampaignRun], directory: Path) -> list[Path]:
    """Write the same of several runs together; return the paths."""
    quantities = campaign_of(runs)
    results, sheets = campaign_summary(runs, quantities), _campaign_sheets(runs, quantities)
    document = document_of_campaign(runs, quantities, results, sheets)
    return _write_all(results, document, sheets, directory)


def _campaign_sheets(runs: Sequence[CampaignRun], quantities: Sequence[Quantity]) -> dict[str, Sheet]:
    drawn = {}
    with suppress(MissingDataError):
        drawn["campaign_thresholds"] = campaign_thresholds(runs, quantities)
    with suppress(MissingDataError):
        drawn["campaign_quantities"] = campaign_quantities(quantities)
    return drawn


def _write_all(
    results: dict[str, Any], document: Document, sheets: dict[str, Sheet], directory: Path
) -> list[Path]:
    files = {name: figure_files(name, sheet) for name, sheet in sheets.items()}
    contents = {
        RESULTS: _json(results),
        PAGE: page_of(document, {name: made[f"{name}.png"] for name, made in files.items()}).encode(),
        **{f"{FIGURES}/{name}": content for made in files.values() for name, content in made.items()},
        PDF: pdf_of(document, sheets),
    }
    return _write(contents, directory)


def _json(results: dict[str, Any]) -> bytes:
    return json.dumps(results, indent=2, allow_nan=False, ensure_ascii=False).encode()


def _write(contents: dict[str, bytes], directory: Path) -> list[Path]:
    paths = [directory / name for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return paths


__all__ = ["PAGE", "PDF", "RESULTS", "write_campaign", "write_report", "write_results"]
