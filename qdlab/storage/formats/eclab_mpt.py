"""BioLogic EC-Lab .mpt: text with a header that says how long it is; its last line names the columns.

`EC-Lab ASCII FILE`, `Nb header lines : N`, settings, at line N the names (tabs), then rows. Latin-1; a
decimal comma or point as the computer had it. `Acquisition started on` is month/day on the machines
seen, and kept as text. Some exports of constant-current steps give an averaged
potential that is zero throughout.
"""

from __future__ import annotations

import re
from pathlib import Path

from qdlab.errors import InputError
from qdlab.storage.formats._columns import column_numbers, index_of
from qdlab.storage.formats._format import UNSAID, Format, ImportedSweep
from qdlab.storage.formats._text import Line, head, numbered, read_text
from qdlab.storage.formats._units import Units

FIRST_LINE = "EC-Lab ASCII FILE"
N_HEADER = re.compile(r"\s*Nb header lines\s*:\s*(\d{1,9})\s*")
STARTED = re.compile(r"\s*Acquisition started on\s*:\s*(.*)")
TIME = ("time/s",)
POTENTIAL = ("Ewe/V", "<Ewe>/V")
CURRENT = {"I/mA": 1e3, "<I>/mA": 1e3, "I/A": 1.0, "<I>/A": 1.0, "I/µA": 1e6, "<I>/µA": 1e6}
"""The current's column, and how many of its unit are an ampere."""


class EcLabMpt(Format):
    """A potentiostat's file: time, potential and current."""

    name = "eclab-mpt"
    suffixes = (".mpt",)

    def sniff(self, path: Path) -> bool:
        """Say whether the first line is EC-Lab's."""
        return head(path)[0].strip() == FIRST_LINE

    def read(self, path: Path, units: Units = UNSAID) -> ImportedSweep:
        """Read a file; InputError naming file, line and what was expected."""
        units.settle(path, {})
        text = read_text(path)
        named = _names(path, text.lines)
        settings, lines = text.lines[: named.number - 1], numbered(text, first=named.number + 1)
        names = [name.strip() for name in named.text.split("\t")]
        places = [index_of(named, names, wanted) for wanted in (TIME, POTENTIAL, tuple(CURRENT))]
        if not lines:
            raise named.wrong("no data after it; expected rows of numbers")
        time_s, potential_v, current = column_numbers(lines, "\t", places)
        if names[places[1]] == "<Ewe>/V" and not potential_v.any():
            raise named.wrong("<Ewe>/V is zero throughout, as a faulty export has it; export it with Ewe/V")
        started = (STARTED.fullmatch(line) for line in settings)
        return ImportedSweep(
            time_s=time_s,
            potential_v=potential_v,
            current_a=current / CURRENT[names[places[2]]],
            metadata={
                "columns": [names[place] for place in places],
                "acquisition_started": next((found[1].strip() for found in started if found), ""),
                "settings": [line.rstrip() for line in settings if line.strip()],
            },
            source=text.source,
        )


def _names(path: Path, lines: list[str]) -> Line:
    """Return the line that names the columns."""
    if lines[0].strip() != FIRST_LINE:
        raise InputError(f"{path}: line 1: expected {FIRST_LINE!r}")
    claimed = N_HEADER.fullmatch(lines[1]) if len(lines) > 1 else None
    if claimed is None:
        raise InputError(f"{path}: line 2: expected 'Nb header lines : ' and a number")
    if not 3 <= (n := int(claimed[1])) <= len(lines):
        raise InputError(f"{path}: line 2: {n} header lines; the file has {len(lines)} lines")
    return Line(path, n, lines[n - 1])
