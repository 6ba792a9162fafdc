"""Columns of text with names over them, as potentiostats write them: those that matter, as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qdlab.storage.formats._text import Line


def index_of(line: Line, names: Sequence[str], wanted: Sequence[str]) -> int:
    """Return the place of the first column of `wanted` that is there."""
    for name in wanted:
        if name in names:
            return names.index(name)
    there = ", ".join(repr(name) for name in names if name)
    raise line.wrong(f"no column {' or '.join(map(repr, wanted))}; there are {there}"[:500])


def column_numbers(
    lines: Sequence[Line], separator: str | None, places: Sequence[int]
) -> list[NDArray[np.float64]]:
    """Return the columns at `places` as numbers.

    InputError if there are no lines, or they are too short, or not all as long as the first: a row that was
    cut off may end in half a number.
    """
    values = np.empty((len(places), len(lines)))
    width = len(lines[0].cells(separator)) if lines else 0
    for i, line in enumerate(lines):
        cells = line.cells(separator)
        if len(cells) <= max(places):
            raise line.wrong(f"{len(cells)} cells; expected at least {max(places) + 1}")
        if len(cells) != width:
            raise line.wrong(f"{len(cells)} cells; expected {width}: the file is damaged or cut short")
        values[:, i] = line.numbers([cells[place] for place in places], decimal_comma=separator != ",")
    return list(values)
