"""Every number that a figure shows, taken from what is drawn: curves, points with their bars, and maps.

What has a label or, if it is not for the legend, a name (gid) is data; all else is a guide for the eye.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D

from qdlab.analysis.figures._style import DrawnMap, Sheet

COLUMNS = ("panel", "x_axis", "y_axis", "series", "x", "x_low", "x_high", "y", "y_low", "y_high")
DIGITS = 9
Ends = tuple[str, str]
NO_BAR: Ends = ("", "")
_PLAIN = {"⟨": "<", "⟩": ">", "−": "-", "$": "", "{": "", "}": "", "^": "", "\\": "", "Δ": "d", "\n": " "}


def plotted_numbers(sheet: Sheet) -> dict[str, str]:
    """Return the figure's numbers as CSV by the end of the file's name: "" for curves, ".map-1" for a map.

    A row for each point, its bars as low and high ends; a map is a matrix with its axes around it.
    """
    tables = {f".map-{k}": _matrix(drawn) for k, drawn in enumerate(sheet.maps, start=1)}
    rows = [row for k, axes in enumerate(sheet.axes, start=1) for row in _rows(axes, k)]
    return ({"": _csv([COLUMNS, *rows])} if rows else {}) | tables


def plain(text: str) -> str:
    """Return a label without mathematical typesetting."""
    for sign, other in _PLAIN.items():
        text = text.replace(sign, other)
    return re.sub(r"\s+", " ", text).strip()


def _rows(axes: Axes, panel: int) -> Iterator[tuple[str, ...]]:
    head = (str(panel), plain(axes.get_xlabel()), plain(axes.get_ylabel()))
    barred = {id(line) for container in _errorbars(axes) for line in container.lines[:1]}
    for container in _errorbars(axes):
        line = container.lines[0]
        if name := _name(container.get_label(), line.get_gid()):
            yield from _points(head, name, line, _bars(container))
    for line in axes.get_lines():
        if id(line) not in barred and (name := _name(line.get_label(), line.get_gid())):
            yield from _points(head, name, line)


def _name(label: object, gid: str | None) -> str:
    """Return what a series is called; nothing for a guide, whose label matplotlib made up ("_child3")."""
    text = str(label)
    return gid or ("" if text.startswith("_") else text)


def _errorbars(axes: Axes) -> list[ErrorbarContainer]:
    return [container for container in axes.containers if isinstance(container, ErrorbarContainer)]


def _bars(container: ErrorbarContainer) -> list[list[Ends]]:
    """Return for each point the ends of its bars along x and along y."""
    collections = iter(container.lines[2])
    n_points = len(np.asarray(container.lines[0].get_xdata()))
    return [
        _ends(next(collections), axis) if there else [NO_BAR] * n_points
        for axis, there in enumerate((container.has_xerr, container.has_yerr))
    ]


def _ends(bars: LineCollection, axis: int) -> list[Ends]:
    """Return low and high end of each bar; empty for one that is not drawn."""
    return [
        (_digits(segment[0, axis]), _digits(segment[-1, axis])) if len(segment) else NO_BAR
        for segment in bars.get_segments()
    ]


def _points(
    head: tuple[str, ...], label: str, line: Line2D, bars: list[list[Ends]] | None = None
) -> Iterator[tuple[str, ...]]:
    x, y = np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)
    along_x, along_y = bars or 2 * [[NO_BAR] * x.size]
    for xi, yi, x_ends, y_ends in zip(x, y, along_x, along_y, strict=True):
        yield (*head, plain(label), _digits(xi), *x_ends, _digits(yi), *y_ends)


def _matrix(drawn: DrawnMap) -> str:
    """Return a map: what it shows and the x axis in the first line, then y and values."""
    axes = drawn.axes
    corner = (
        f"{plain(drawn.meaning)}; {plain(axes.get_ylabel()) or 'y'} down; {plain(axes.get_xlabel())} across"
    )
    first = (corner, *map(_digits, drawn.x))
    return _csv(
        [first, *((_digits(y), *map(_digits, row)) for y, row in zip(drawn.y, drawn.values, strict=True))]
    )


def _digits(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.{DIGITS}g}"


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
