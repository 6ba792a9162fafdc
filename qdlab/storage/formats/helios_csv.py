"""Surface Xplorer / Helios .csv: a matrix of dA against wavelength (down) and delay (across), then free text.

Row 1: a corner (0, ignored), then the delays in ps. Other rows: a wavelength in nm, then dA in OD; a gap is
NaN or nothing. After the matrix a line that begins with "file info", and text, mostly "key: value". Lines end
in CR, LF or both (seen: Surface Xplorer CRLF, SXConverter CR).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._format import Format, ImportedMap

FOOTER = "file info"
LINE_END = re.compile("\r\n|\r|\n")
KEY_AND_VALUE = re.compile(r"([^:]+):(?:\s+(.*))?")
LINE_END_NAMES = {"\r\n": "CRLF", "\r": "CR", "\n": "LF"}
SNIFFED_BYTES = 4096


class HeliosCsv(Format):
    """Reads a Surface Xplorer / Helios export; keeps its order, repeated delays and gaps."""

    name = "helios-csv"
    suffixes = (".csv",)

    def sniff(self, path: Path) -> bool:
        """Say whether the first line begins with zero and another number."""
        with path.open("rb") as file:
            text, _ = _decode(file.read(SNIFFED_BYTES))
        cells = LINE_END.split(text)[0].split(",")[:2]
        try:
            corner, _ = (float(cell) for cell in cells)
        except ValueError:
            return False
        return corner == 0.0

    def read(self, path: Path) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected."""
        text, encoding = _decode(path.read_bytes())
        if "\0" in text:
            raise InputError(f"{path}: line 1: a binary file; expected comma-separated numbers")
        matrix, footer = _split(LINE_END.split(text))
        if not matrix:
            raise InputError(f"{path}: line 1: nothing there; expected 0, then the delays in ps")
        delays_ps = _delays_ps(path, *matrix[0])
        rows = np.array([_row(path, number, line, delays_ps.size + 1) for number, line in matrix[1:]])
        if rows.size == 0:
            raise InputError(f"{path}: line 2: no data; expected a wavelength in nm, then dA at every delay")
        metadata = _metadata(footer)
        _check_units(path, metadata)
        end = LINE_END.search(text)
        delta_a = rows[:, 1:].T.copy()
        source: dict[str, str | int] = {
            "encoding": encoding,
            "line_end": LINE_END_NAMES[end[0]] if end else "none",
            "n_missing": int(np.isnan(delta_a).sum()),
        }
        return ImportedMap(rows[:, 0].copy(), delays_ps, delta_a, metadata, source)


def _decode(contents: bytes) -> tuple[str, str]:
    """Return the text and its encoding: UTF-8 (a byte order mark is dropped), else Latin-1."""
    try:
        return contents.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return contents.decode("latin-1"), "latin-1"


def _split(lines: list[str]) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the numbered lines of the matrix that are not blank, and the lines of the text after it."""
    end = next((i for i, line in enumerate(lines) if line.strip().lower().startswith(FOOTER)), len(lines))
    matrix = [(number, line) for number, line in enumerate(lines[:end], start=1) if line.strip()]
    return matrix, lines[end:]


def _delays_ps(path: Path, number: int, line: str) -> NDArray[np.float64]:
    _, *cells = line.split(",")
    delays_ps = _numbers(path, number, ["0", *cells])[1:]
    if delays_ps.size == 0 or not np.isfinite(delays_ps).all():
        raise InputError(f"{path}: line {number}: expected 0, then the delays in ps, all of them numbers")
    return delays_ps


def _row(path: Path, number: int, line: str, n_cells: int) -> NDArray[np.float64]:
    """Return a wavelength and its dA, NaN where there is none."""
    cells = line.split(",")
    if len(cells) != n_cells:
        expected = f"expected {n_cells}: a wavelength, then dA at {n_cells - 1} delays"
        raise InputError(f"{path}: line {number}: {len(cells)} cells; {expected}")
    row = _numbers(path, number, cells)
    if not (np.isfinite(row[0]) and row[0] > 0.0):
        raise InputError(f"{path}: line {number}: {cells[0].strip()!r} is no wavelength in nm")
    row[~np.isfinite(row)] = np.nan
    return row


def _numbers(path: Path, number: int, cells: list[str]) -> NDArray[np.float64]:
    """Return cells as numbers; an empty one is NaN."""
    try:
        return np.array([float(cell) if cell.strip() else np.nan for cell in cells])
    except ValueError:
        wrong = next(cell.strip() for cell in cells if not _is_number(cell))
        raise InputError(f"{path}: line {number}: expected a number, not {wrong[:40]!r}") from None


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


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


def _check_units(path: Path, metadata: dict[str, str | list[str]]) -> None:
    """Refuse delays the file itself calls something else than picoseconds."""
    unit = metadata.get("Time units", "ps")
    if unit != "ps":
        raise InputError(f"{path}: its delays are in {unit!r}; export them in ps")
