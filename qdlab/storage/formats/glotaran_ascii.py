"""Glotaran ascii: two lines of comment, which axis is explicit, how long it is, then that axis and the rows.

Line 3 `Time explicit` or `Wavelength explicit` (case and blanks vary), line 4 `Intervalnr N`, line 5 the
explicit axis (it may begin with a tab), then lines of the other axis's value and N of dA, apart by blanks.
There are no units in it: real files are in OD and in mOD. pyglotaran does not open one with NaN in it.
"""

from __future__ import annotations

import re
from pathlib import Path

from qdlab.errors import InputError
from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._matrix import Way, matrix_text, read_matrix
from qdlab.storage.formats._text import Line, head, numbered, read_text
from qdlab.storage.formats._units import Units, convert

EXPLICIT = re.compile(r"\s*(time|wavelength)\s+explicit\s*", re.IGNORECASE)
N_INTERVALS = re.compile(r"\s*intervalnr\s+(\d{1,9})\s*", re.IGNORECASE)
N_HEAD = 4


class GlotaranAscii(Format, ExportFormat):
    """What Glotaran, TIMP and pyglotaran read."""

    name = "glotaran-ascii"
    suffixes = (".ascii",)
    holds = Holds(facts=True, gaps=False)

    def sniff(self, path: Path) -> bool:
        """Say whether the third line tells the explicit axis."""
        lines = head(path)[:N_HEAD]
        return len(lines) == N_HEAD and EXPLICIT.fullmatch(lines[2]) is not None

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected, and if units are not given."""
        text = read_text(path)
        delays = _delays_way(path, text.lines)
        unit = units.settle(path, {"time": None, "delta_a": None})
        lines = numbered(text, first=N_HEAD + 1)
        _check_length(path, "".join(text.lines[N_HEAD - 1 : N_HEAD]), lines)
        found = read_matrix(path, lines, None, delays, corner=False)
        return ImportedMap(
            wavelengths_nm=found.wavelengths,
            delays_ps=convert(found.delays, "time", unit["time"]),
            delta_a=convert(found.values, "delta_a", unit["delta_a"]),
            metadata={"comment": [line.strip() for line in text.lines[:2]]},
            source={**text.source, **unit},
        )

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file, times explicit; the comment tells what the numbers are."""
        _, *facts = (f"{name}: {value}" for name, value in exported.facts.items())
        rows = matrix_text(exported.delta_a.T, "", exported.delays_ps, exported.wavelengths_nm)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"{exported.facts['Title']}\n")
            file.write("; ".join(["delays in ps, wavelengths in nm, dA in OD", *facts]) + "\n")
            file.write(f"Time explicit\nIntervalnr {exported.delays_ps.size}\n")
            file.writelines("\t".join(row).lstrip() + "\n" for row in rows)


def _delays_way(path: Path, lines: list[str]) -> Way:
    """Return which way the delays run."""
    explicit = EXPLICIT.fullmatch(lines[2]) if len(lines) > 2 else None
    if explicit is None:
        raise InputError(f"{path}: line 3: expected 'Time explicit' or 'Wavelength explicit'")
    return "across" if explicit[1].lower() == "time" else "down"


def _check_length(path: Path, line: str, lines: list[Line]) -> None:
    """Refuse a file whose explicit axis is not as long as it says."""
    claimed = N_INTERVALS.fullmatch(line)
    if claimed is None:
        raise InputError(f"{path}: line {N_HEAD}: expected 'Intervalnr' and a number")
    if lines and (n := len(lines[0].cells(None))) != int(claimed[1]):
        raise lines[0].wrong(f"{n} numbers; line {N_HEAD} says {claimed[1]}")
