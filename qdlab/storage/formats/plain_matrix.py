"""A matrix of numbers in text, without any word on what they are: the axes in the first line and column.

Cells are apart by tabs, semicolons, commas or blanks. Which way the delays run is told by the format's name,
or by the numbers: a wavelength is never zero or negative, a delay before the pump is. Units are not in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from qdlab.errors import InputError
from qdlab.storage.formats._format import UNSAID, Format, ImportedMap
from qdlab.storage.formats._matrix import Way, header, read_matrix
from qdlab.storage.formats._text import ROWS_BYTES, Line, head, is_number, numbered, read_text, separator_of
from qdlab.storage.formats._units import Units, convert
from qdlab.storage.formats.pascher_sia import SENTINEL_OD


class _PlainMatrix(Format):
    """A matrix with the delays one way or the other."""

    suffixes = (".txt", ".dat", ".csv")
    generic = True
    delays: ClassVar[Way]

    def sniff(self, path: Path) -> bool:
        """Say whether the first lines are a matrix whose delays can only run this way."""
        return _delays_way(path) == self.delays

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected, and if units are not given."""
        unit = units.settle(path, {"time": None, "delta_a": None})
        text = read_text(path)
        lines = numbered(text)
        separator = separator_of(lines[0].text) if lines else None
        found = read_matrix(path, lines, separator, self.delays)
        if np.any(np.abs(found.values) == SENTINEL_OD):
            raise InputError(
                f"{path}: it has values of {SENTINEL_OD}, which mark unread pixels in a Pascher .SIA; "
                "say --format pascher-sia, without units"
            )
        return ImportedMap(
            wavelengths_nm=found.wavelengths,
            delays_ps=convert(found.delays, "time", unit["time"]),
            delta_a=convert(found.values, "delta_a", unit["delta_a"]),
            metadata={"corner": found.corner},
            source={**text.source, **unit},
        )


class MatrixDown(_PlainMatrix):
    """Delays down the first column, wavelengths along the first line."""

    name = "matrix-delays-down"
    delays = "down"


class MatrixAcross(_PlainMatrix):
    """Delays along the first line, wavelengths down the first column."""

    name = "matrix-delays-across"
    delays = "across"


def _delays_way(path: Path) -> Way | None:
    """Return which way the delays run, or None if that cannot be told, or if it is no matrix."""
    lines = [Line(path, 0, line) for line in head(path, ROWS_BYTES)[:-1] if line.strip()]
    if len(lines) < 2:
        return None
    separator = separator_of(lines[0].text)
    first, rows = header(lines[0], separator), [line.cells(separator) for line in lines[1:]]
    down = [row[0] for row in rows]
    comma = separator != ","
    cells = [*first[1:], *down, *rows[0]]
    if len(first) < 3 or not all(cell and is_number(cell, decimal_comma=comma) for cell in cells):
        return None
    negative_across = _has_early(lines[0], first[1:], comma)
    negative_down = _has_early(lines[1], down, comma)
    if negative_across == negative_down:
        return None
    return "across" if negative_across else "down"


def _has_early(line: Line, cells: list[str], comma: bool) -> bool:
    """Say whether a number is zero or less."""
    return bool(np.any(line.numbers(cells, decimal_comma=comma) <= 0.0))
