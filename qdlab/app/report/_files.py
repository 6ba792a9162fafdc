"""Figures as files: a picture for a page, vectors for a publication, and every number they show."""

from __future__ import annotations

import io
from typing import Any

import matplotlib

from qdlab.analysis.figures import Sheet, plotted_numbers

DPI = 150
FORMATS = ("png", "svg", "pdf")
SAME_EVERY_TIME: Any = {"svg.hashsalt": "qdlab", "pdf.fonttype": 42, "svg.fonttype": "none"}
"""Text stays text; and two equal figures are equal files."""

NO_DATE = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def figure_files(name: str, sheet: Sheet) -> dict[str, bytes]:
    """Return the files of one figure by name: NAME.png, .svg, .pdf and .csv, a CSV for each map besides."""
    _freeze(sheet)
    pictures = {f"{name}.{kind}": _drawn(sheet, kind) for kind in FORMATS}
    return pictures | {f"{name}{end}.csv": text.encode() for end, text in plotted_numbers(sheet).items()}


def _freeze(sheet: Sheet) -> None:
    """Lay the figure out for good: it is drawn several times, also on a larger page."""
    if (layout := sheet.get_layout_engine()) is not None:
        layout.execute(sheet)
    sheet.set_layout_engine(None)  # with "none" a figure is still drawn twice whenever it is saved
    for legend in sheet.legends:
        legend.set_bbox_to_anchor((0.0, 0.0, 1.0, 1.0), transform=sheet.transFigure)


def _drawn(sheet: Sheet, kind: str) -> bytes:
    buffer = io.BytesIO()
    with matplotlib.rc_context(SAME_EVERY_TIME):
        sheet.savefig(buffer, format=kind, dpi=DPI, metadata=NO_DATE[kind])
    return buffer.getvalue()
