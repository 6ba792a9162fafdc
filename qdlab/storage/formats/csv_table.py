"""Plain .csv: a table with a line for each delay and wavelength, with dA and its error; every number once.

The first line names the columns: delay_ps, wavelength_nm, delta_a, delta_a_error, in OD; a gap is empty.
Lines that begin with # come before it. All wavelengths of the first delay come first, none of them twice.
"""

from __future__ import annotations

import csv
import math
from itertools import repeat
from pathlib import Path

import numpy as np

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_cells
from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._matrix import Floats, number_rows
from qdlab.storage.formats._text import Line, head, numbered, read_text
from qdlab.storage.formats._units import Units

COLUMNS = ("delay_ps", "wavelength_nm", "delta_a", "delta_a_error")


class CsvTable(Format, ExportFormat):
    """A table that any program reads, and that keeps the errors."""

    name = "csv"
    suffixes = (".csv",)
    holds = Holds(errors=True, facts=True)

    def sniff(self, path: Path) -> bool:
        """Say whether the first line without # names the columns."""
        names = next((line for line in head(path) if not line.startswith("#")), "")
        return _cells(names) == COLUMNS

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected."""
        units.settle(path, {"time": "ps", "delta_a": "OD"})
        text = read_text(path)
        lines = numbered(text)
        told = [line.text[1:].strip() for line in lines if line.text.startswith("#")]
        lines = lines[len(told) :]
        if len(lines) < 2 or _cells(lines[0].text) != COLUMNS:
            raise InputError(f"{path}: expected the columns {', '.join(COLUMNS)} and lines of numbers")
        rows = number_rows(lines[1:], ",", len(COLUMNS), ", ".join(COLUMNS))
        n_wavelengths = _n_wavelengths(lines[1:], rows)
        check_cells(path, len(rows) // n_wavelengths, n_wavelengths)
        delays, wavelengths, delta_a, errors = rows.T.reshape(len(COLUMNS), -1, n_wavelengths)
        return ImportedMap(
            wavelengths_nm=wavelengths[0].copy(),
            delays_ps=delays[:, 0].copy(),
            delta_a=delta_a.copy(),
            metadata=dict(line.partition(": ")[::2] for line in told),
            source=text.source,
            delta_a_error=errors.copy(),
        )

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file."""
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(f"# {name}: {value}\n" for name, value in exported.facts.items())
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            wavelengths_nm = exported.wavelengths_nm.tolist()
            for delay_ps, *row in zip(
                exported.delays_ps.tolist(), exported.delta_a, exported.delta_a_error, strict=True
            ):
                delta_a, errors = ([_cell(value) for value in values.tolist()] for values in row)
                table.writerows(zip(repeat(delay_ps), wavelengths_nm, delta_a, errors, strict=False))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split(","))


def _cell(value: float) -> float | str:
    return value if math.isfinite(value) else ""


def _n_wavelengths(lines: list[Line], rows: Floats) -> int:
    """Return how many lines each delay has; InputError if not all have the same wavelengths."""
    delays, wavelengths = rows[:, 0], rows[:, 1]
    bad = np.flatnonzero(np.isnan(delays) | ~(wavelengths > 0.0))
    if bad.size:
        raise lines[bad[0]].wrong("a delay in ps and a wavelength in nm are missing")
    again = np.flatnonzero(wavelengths[1:] == wavelengths[0])
    n = int(again[0]) + 1 if again.size else len(rows)
    wanted = np.resize(wavelengths[:n], len(rows))
    odd = np.flatnonzero((wavelengths != wanted) | (delays != np.repeat(delays[::n], n)[: len(rows)]))
    if odd.size or len(rows) % n:
        last = odd[0] if odd.size else len(rows) - 1
        raise lines[last].wrong(f"each delay should have the {n} wavelengths of the first one, in that order")
    return n
