"""Text of other programs: encodings, line ends, separators, decimal commas, and how much is too much."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_size

HEAD_BYTES = 2**16
ROWS_BYTES = 2**20
"""The first rows of a wide matrix."""
LINE_END = re.compile("\r\n|\r|\n")
LINE_END_NAMES = {"\r\n": "CRLF", "\r": "CR", "\n": "LF"}
MAX_LINE = 4_000_000
"""Characters: 100,000 numbers with all their digits and more."""
MAX_LINES = 5_000_000


@dataclass(frozen=True)
class Text:
    """A file's lines, and what its text was like (encoding, line ends)."""

    path: Path
    lines: list[str]
    source: dict[str, str | int]


@dataclass(frozen=True)
class Line:
    """One line of a file, by its number."""

    path: Path
    number: int
    text: str

    def wrong(self, problem: str) -> InputError:
        """Return the error that names file, line and problem."""
        return InputError(f"{self.path}: line {self.number}: {problem}")

    def cells(self, separator: str | None) -> list[str]:
        """Return the cells; a separator of None is any run of blanks."""
        return [cell.strip() for cell in self.text.split(separator)]

    def numbers(self, cells: Sequence[str], *, decimal_comma: bool = False) -> NDArray[np.float64]:
        """Return cells as numbers, empty ones and infinity as NaN; InputError naming one that is none."""
        if decimal_comma and any("," in cell for cell in cells):
            if any("." in cell for cell in cells):
                raise self.wrong(
                    "numbers with a comma and numbers with a point; export them with one of them"
                )
            cells = [cell.replace(",", ".") for cell in cells]
        try:
            values = np.array([_number(cell) for cell in cells])
        except ValueError:
            odd = next(cell for cell in cells if not is_number(cell))
            raise self.wrong(f"expected a number, not {odd.strip()[:40]!r}") from None
        values[~np.isfinite(values)] = np.nan
        return values


def read_text(path: Path) -> Text:
    """Return a whole text file; InputError if it is binary or far too large."""
    check_size(path)
    text, encoding = decode(path.read_bytes())
    if "\0" in text:
        raise InputError(f"{path}: line 1: a binary file; expected text")
    if (n_lines := text.count("\n") + text.count("\r")) > MAX_LINES:
        raise InputError(f"{path}: {n_lines} lines; files of up to {MAX_LINES} lines can be imported")
    end = LINE_END.search(text)
    source: dict[str, str | int] = {
        "encoding": encoding,
        "line_end": LINE_END_NAMES[end[0]] if end else "none",
    }
    return Text(path, LINE_END.split(text), source)


def head(path: Path, n_bytes: int = HEAD_BYTES) -> list[str]:
    """Return the first lines of a file, of which the last may be cut."""
    with path.open("rb") as file:
        contents = file.read(n_bytes)
    return LINE_END.split(decode(contents)[0])


def decode(contents: bytes) -> tuple[str, str]:
    """Return the text and its encoding: that of its byte order mark, else UTF-8, else Latin-1."""
    if contents.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return contents.decode("utf-16", errors="replace"), "utf-16"
    try:
        return contents.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return contents.decode("latin-1"), "latin-1"


def numbered(text: Text, first: int = 1, last: int | None = None) -> list[Line]:
    """Return the lines `first` to `last` that are not blank; InputError if one is too long."""
    chosen = enumerate(text.lines[first - 1 : last], start=first)
    lines = [Line(text.path, number, line) for number, line in chosen if line.strip()]
    for line in lines:
        if len(line.text) > MAX_LINE:
            raise line.wrong(f"{len(line.text)} characters long; at most {MAX_LINE} can be read")
    return lines


def separator_of(line: str) -> str | None:
    """Return what separates the cells of a line: a tab, a semicolon, a comma, or None for blanks.

    A comma between blanks ("1,5 2,5") belongs to a number.
    """
    for mark in ("\t", ";"):
        if mark in line.strip(" \r\n"):
            return mark
    inner = line.strip()
    return "," if "," in inner and (", " in inner or " " not in inner) else None


def is_number(cell: str, *, decimal_comma: bool = False) -> bool:
    """Say whether a cell is a number, or empty."""
    try:
        _number(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return False
    return True


def _number(cell: str) -> float:
    if "_" in cell:  # Python's own notation, nobody else's
        raise ValueError(cell)
    return float(cell) if cell.strip() else np.nan
