"""Steady-state spectra as columns of text: wavelength in nm, then a column for each spectrum.

A line of names may come first, and then there may be several spectra: without names, more than two columns
are a matrix. Cells are apart by tabs, semicolons, commas or blanks. What the numbers are is not in it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdlab.errors import InputError
from qdlab.storage.formats._format import UNSAID, Format, ImportedSpectra
from qdlab.storage.formats._matrix import header, number_rows, wavelength_axis
from qdlab.storage.formats._spectra import spectra
from qdlab.storage.formats._text import ROWS_BYTES, Line, head, is_number, numbered, read_text, separator_of
from qdlab.storage.formats._units import Units


class SpectraText(Format):
    """Absorbance or counts over wavelength."""

    name = "spectra-text"
    suffixes = (".txt", ".dat", ".csv")
    generic = True

    def sniff(self, path: Path) -> bool:
        """Say whether the first lines are columns: two of numbers, or more with names over them."""
        lines = [Line(path, 0, line) for line in head(path, ROWS_BYTES)[:-1] if line.strip()]
        if len(lines) < 2:
            return False
        separator = separator_of(lines[1].text)
        first, second = header(lines[0], separator), header(lines[1], separator)
        numeric = all(is_number(cell, decimal_comma=separator != ",") for cell in second)
        named = not any(is_number(cell, decimal_comma=True) for cell in first)
        return numeric and len(second) >= 2 and len(first) == len(second) and (named or len(first) == 2)

    def read(self, path: Path, units: Units = UNSAID) -> ImportedSpectra:
        """Read a file; InputError naming file, line and what was expected, and if the unit is not given."""
        text = read_text(path)
        lines = numbered(text)
        if len(lines) < 2:
            raise InputError(f"{path}: expected lines of a wavelength in nm and numbers")
        separator = separator_of(lines[1].text)
        first = header(lines[0], separator)
        names = [] if is_number(first[0], decimal_comma=separator != ",") else first
        lines = lines[bool(names) :]
        n_cells = len(header(lines[0], separator))
        if n_cells < 2:
            raise lines[0].wrong("expected a wavelength in nm and a number")
        rows = number_rows(lines, separator, n_cells, f"a wavelength, then {n_cells - 1} numbers")
        wavelengths = wavelength_axis(lines, [line.cells(separator)[0] for line in lines], separator)
        time_s = np.full(n_cells - 1, np.nan)
        return spectra(path, units, wavelengths, rows[:, 1:].T, time_s, {"columns": names}, text.source)
