"""Figures as files: a picture for a page, vectors for a publication, and every number they show."""

from __future__ import annotations

import io

import matplotlib

from qdlab.analysis.figures import Sheet, plotted_numbers

DPI = 150
FORMATS = ("png", "svg", "pdf")
SAME_EVERY_TIME = {"svg.hashsalt": "qdlab", "pdf.fonttype": 42, "svg.fonttype": "none"}
"""Text stays text; and two equal figures are equal files."""

NO_DATE = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def figure_files(name: str, sheet: Sheet) -> dict[str, bytes]:
    """Return the files of one figure by name: NAME.png, .svg, .pdf and .csv, a CSV for each map besides."""
    sheet.draw_without_rendering()
    sheet.set_layout_engine("none")  # once laid out, it is drawn four times
    pictures = {f"{name}.{kind}": _drawn(sheet, kind) for kind in FORMATS}
    return pictures | {f"{name}{end}.csv": text.encode() for end, text in plotted_numbers(sheet).items()}


def _drawn(sheet: Sheet, kind: str) -> bytes:
    buffer = io.BytesIO()
    with matplotlib.rc_context(SAME_EVERY_TIME):
        sheet.savefig(buffer, format=kind, dpi=DPI, metadata=NO_DATE[kind])
    return buffer.getvalue()
