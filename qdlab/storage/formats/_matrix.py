"""A matrix in text: one axis along the first line, the other down the first column, dA between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_cells
from qdlab.storage.formats._text import Line

Floats = NDArray[np.float64]
Way = Literal["across", "down"]


@dataclass(frozen=True)
class Matrix:
    """`values` is [delay, wavelength], whichever way the delays ran; NaN where the text has no number."""

    corner: str
    delays: Floats
    wavelengths: Floats
    values: Floats


def read_matrix(
    path: Path, lines: Sequence[Line], separator: str | None, delays: Way, *, corner: bool = True
) -> Matrix:
    """Read numbered lines; InputError naming file, line and what was expected.

    `delays` says which way the delays run, `corner` whether a cell stands before the first line's axis.
    """
    across, down = ("delays", "wavelengths") if delays == "across" else ("wavelengths", "delays")
    before = "a corner, then " if corner else ""
    if not lines:
        raise InputError(f"{path}: line 1: nothing there; expected {before}the {across}")
    first = header(lines[0], separator)
    named, first = (first[:1], first[1:]) if corner else ([""], first)
    if not first:
        raise lines[0].wrong(f"expected {before}the {across}")
    if len(lines) < 2:
        raise InputError(f"{path}: line {lines[0].number + 1}: no data; expected one of the {down}, then dA")
    check_cells(path, len(lines) - 1, len(first))
    across_values = _axis(across, [lines[0]] * len(first), first, separator)
    rows = number_rows(
        lines[1:], separator, len(first) + 1, f"one of the {down}, then dA at {len(first)} {across}"
    )
    down_cells = [line.cells(separator)[0] for line in lines[1:]]
    down_values = _axis(down, lines[1:], down_cells, separator)
    if delays == "across":
        return Matrix(named[0], across_values, down_values, rows[:, 1:].T.copy())
    return Matrix(named[0], down_values, across_values, rows[:, 1:].copy())


def header(line: Line, separator: str | None) -> list[str]:
    """Return the cells of a matrix's first line without the blank ones at its end."""
    check_cells(line.path, 1, line.text.count(separator) if separator else 1)
    cells = line.cells(separator)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def number_rows(lines: Sequence[Line], separator: str | None, n_cells: int, expected: str) -> Floats:
    """Return rows of `n_cells` numbers; cells beyond must be blank. `expected` says what a row is."""
    check_cells(lines[0].path, len(lines), n_cells)
    rows = np.empty((len(lines), n_cells))
    for row, line in zip(rows, lines, strict=True):
        cells = line.cells(separator)
        if len(cells) < n_cells or any(cells[n_cells:]):
            raise line.wrong(f"{len(cells)} cells; expected {n_cells}: {expected}")
        row[:] = line.numbers(cells[:n_cells], decimal_comma=separator != ",")
    return rows


def matrix_text(values: Floats, corner: str, across: Floats, down: Floats) -> Iterator[list[str]]:
    """Yield the cells of each line of a matrix, `values` being [down, across]; a gap is NaN."""
    yield [corner, *map(repr, across.tolist())]
    for place, row in zip(down.tolist(), values, strict=True):
        yield [repr(place), *(cell_text(value) for value in row.tolist())]


def cell_text(value: float) -> str:
    """Return a number with all its digits, or NaN."""
    return repr(value) if math.isfinite(value) else "NaN"


def wavelength_axis(lines: Sequence[Line], cells: Sequence[str], separator: str | None) -> Floats:
    """Return the wavelengths in `cells` of `lines`; InputError if one is none."""
    return _axis("wavelengths", lines, cells, separator)


def _axis(what: str, lines: Sequence[Line], cells: Sequence[str], separator: str | None) -> Floats:
    """Return an axis, `lines` its cells' lines; InputError if a cell is no place on it."""
    good = np.empty(len(cells))
    for i, (line, cell) in enumerate(zip(lines, cells, strict=True)):
        good[i] = line.numbers([cell], decimal_comma=separator != ",")[0]
        if np.isnan(good[i]) or (what == "wavelengths" and good[i] <= 0.0):
            raise line.wrong(f"{cell[:40]!r} is none of the {what}")
    return good
