"""Autolab Nova ascii export: a line of column names, then rows; apart by semicolons, tabs or commas.

`Time (s)`, `WE(1).Potential (V)`, `WE(1).Current (A)`, in any order among others. There is no date in it.
"""

from __future__ import annotations

from pathlib import Path

from qdlab.errors import InputError
from qdlab.storage.formats._columns import column_numbers, index_of
from qdlab.storage.formats._format import UNSAID, Format, ImportedSweep
from qdlab.storage.formats._text import head, numbered, read_text
from qdlab.storage.formats._units import Units

TIME = ("Time (s)", "Corrected time (s)")
POTENTIAL = ("WE(1).Potential (V)",)
CURRENT = ("WE(1).Current (A)",)
SEPARATORS = (";", "\t", ",")


class NovaAscii(Format):
    """A potentiostat's file: time, potential and current."""

    name = "nova-ascii"
    suffixes = ()

    def sniff(self, path: Path) -> bool:
        """Say whether the first line names Nova's columns."""
        return POTENTIAL[0] in head(path)[0]

    def read(self, path: Path, units: Units = UNSAID) -> ImportedSweep:
        """Read a file; InputError naming file, line and what was expected."""
        units.settle(path, {})
        text = read_text(path)
        lines = numbered(text)
        if len(lines) < 2:
            raise InputError(f"{path}: expected a line of column names, then rows of numbers")
        named, *lines = lines
        separator = next((mark for mark in SEPARATORS if mark in named.text), None)
        names = [name.strip('"') for name in named.cells(separator)]
        places = [index_of(named, names, wanted) for wanted in (TIME, POTENTIAL, CURRENT)]
        time_s, potential_v, current_a = column_numbers(lines, separator, places)
        metadata = {"columns": [names[place] for place in places], "other_columns": names}
        return ImportedSweep(time_s, potential_v, current_a, metadata, text.source)
