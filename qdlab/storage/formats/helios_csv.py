"""Surface Xplorer / Helios .csv: a matrix of dA against wavelength (down) and delay (across), then free text.

Row 1: a corner (0, ignored), then the delays in ps. Other rows: a wavelength in nm, then dA in OD; a gap is
NaN or nothing. After the matrix a line that begins with "file info", and text, mostly "key: value". Lines end
in CR, LF or both (seen: Surface Xplorer CRLF, SXConverter CR).
"""

from __future__ import annotations

import re
from pathlib import Path

from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._matrix import matrix_text, read_matrix
from qdlab.storage.formats._text import head, numbered, read_text
from qdlab.storage.formats._units import Units, convert

FOOTER = "file info"
FOOTER_BYTES = 2**16
KEY_AND_VALUE = re.compile(r"([^:]+):(?:\s+(.*))?")


class HeliosCsv(Format, ExportFormat):
    """Surface Xplorer's text; its order, repeated delays and gaps are kept."""

    name = "helios-csv"
    suffixes = (".csv",)
    holds = Holds(facts=True)

    def sniff(self, path: Path) -> bool:
        """Say whether the first line begins with zero and a comma, and the end has the "file info"."""
        try:
            corner = float(head(path)[0].split(",")[0])
        except ValueError:
            return False
        return corner == 0.0 and FOOTER.encode() in _last_bytes(path).lower()

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected."""
        text = read_text(path)
        ends = (i for i, line in enumerate(text.lines) if line.strip().lower().startswith(FOOTER))
        n_lines = next(ends, len(text.lines))
        lines = numbered(text, last=n_lines)
        found = read_matrix(path, lines, ",", delays="across")
        metadata = _metadata(text.lines[n_lines:])
        unit = units.settle(path, {"time": str(metadata.get("Time units", "ps")), "delta_a": "OD"})
        return ImportedMap(
            wavelengths_nm=found.wavelengths,
            delays_ps=convert(found.delays, "time", unit["time"]),
            delta_a=found.values,
            metadata=metadata,
            source=text.source,
        )

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file as Surface Xplorer lays it out, with all digits and CRLF."""
        rows = matrix_text(exported.delta_a.T, "0", exported.delays_ps, exported.wavelengths_nm)
        facts = [f"{name}: {value}" for name, value in {**exported.facts, "Time units": "ps"}.items()]
        with path.open("w", encoding="utf-8", newline="\r\n") as file:
            file.writelines(",".join(row) + "\n" for row in rows)
            file.write("\n".join([f"{FOOTER}:", *facts, "Z axis title: dA", ""]))


def _last_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - FOOTER_BYTES))
        return file.read()


def _metadata(footer: list[str]) -> dict[str, str | list[str]]:
    """Return the text after the matrix: values by key, and under "other" the lines without a key."""
    if not footer:
        return {}
    first = footer[0].strip()[len(FOOTER) :].removeprefix(":")
    found: dict[str, str | list[str]] = {}
    other: list[str] = []
    for line in (text.strip() for text in [first, *footer[1:]]):
        if pair := KEY_AND_VALUE.fullmatch(line):
            found[pair[1].strip()] = (pair[2] or "").strip()
        elif line:
            other.append(line)
    return found | ({"other": other} if other else {})
