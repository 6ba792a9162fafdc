"""Write what a reduction found: numbers for programs, pages for people, figures for publications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qdlab.analysis import Reduction, summary
from qdlab.analysis.figures import figures
from qdlab.app.report._contents import document_of
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
    results = summary(reduction)
    sheets = dict(figures(reduction))
    files = {name: figure_files(name, sheet) for name, sheet in sheets.items()}
    document = document_of(results, sheets)
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


__all__ = ["PAGE", "PDF", "RESULTS", "write_report", "write_results"]
