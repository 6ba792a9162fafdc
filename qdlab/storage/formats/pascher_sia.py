"""Pascher .SIA, as KiMoPack reads it: tabs; a header cell and wavelengths (nm); rows of a delay (ps) and OD.

The header cell is a number or "Time in ps". A pixel that could not be read is +-21.47483647 (the largest
32-bit number of 10 nOD). A delay measured several times has several rows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._matrix import matrix_text, read_matrix
from qdlab.storage.formats._text import head, numbered, read_text
from qdlab.storage.formats._units import Units

HEADER = "Time in ps"
SENTINEL_OD = 21.47483647


class PascherSia(Format, ExportFormat):
    """A matrix with the delays down, in ps and OD; KiMoPack reads and writes it."""

    name = "pascher-sia"
    suffixes = (".sia",)
    holds = Holds()

    def sniff(self, path: Path) -> bool:
        """Say whether there are tabs in the first line, and its header cell or the file's name fits."""
        corner, tab, _ = head(path)[0].partition("\t")
        return bool(tab) and (
            path.suffix.lower() in self.suffixes or corner.strip().lower() == HEADER.lower()
        )

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected."""
        units.settle(path, {"time": "ps", "delta_a": "OD"})
        text = read_text(path)
        found = read_matrix(path, numbered(text), "\t", delays="down")
        delta_a = found.values
        unread = np.abs(delta_a) == SENTINEL_OD
        delta_a[unread] = np.nan
        source = {**text.source, "n_sentinels": int(unread.sum())}
        return ImportedMap(found.wavelengths, found.delays, delta_a, {"header": found.corner}, source)

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file, gaps as NaN, which KiMoPack takes for zero."""
        rows = matrix_text(exported.delta_a, HEADER, exported.wavelengths_nm, exported.delays_ps)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines("\t".join(row) + "\n" for row in rows)
