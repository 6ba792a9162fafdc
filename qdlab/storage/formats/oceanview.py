"""OceanView text: a header, `>>>>>Begin Spectral Data<<<<<`, then spectra in rows, or one in two columns.

Rows: the wavelengths (tabs), then lines of `YYYY-MM-DD HH:MM:SS.ffffff` and a spectrum. Seen: a date of
1970-01-01 where there is none, so that time may run past midnight into the same day; time zones
of more than one meaning (kept as text); decimal commas. What the numbers are, counts or
absorbance, is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._format import UNSAID, Format, ImportedSpectra
from qdlab.storage.formats._matrix import header, number_rows, wavelength_axis
from qdlab.storage.formats._spectra import spectra
from qdlab.storage.formats._text import Line, Text, head, is_number, numbered, read_text
from qdlab.storage.formats._units import Units

BEGIN = ">>>>>Begin"
NO_DATE = 1970
DAY_S = 86_400.0
Floats = NDArray[np.float64]


class OceanView(Format):
    """Spectra of a fibre spectrometer."""

    name = "oceanview"
    suffixes = ()

    def sniff(self, path: Path) -> bool:
        """Say whether its data begin as OceanView says it."""
        return any(line.startswith(BEGIN) for line in head(path))

    def read(self, path: Path, units: Units = UNSAID) -> ImportedSpectra:
        """Read a file; InputError naming file, line and what was expected, and if the unit is not given."""
        text = read_text(path)
        begin = next((i for i, line in enumerate(text.lines) if line.startswith(BEGIN)), None)
        lines = [] if begin is None else numbered(text, first=begin + 2)
        if len(lines) < 2:
            raise InputError(f"{path}: expected a line {BEGIN!r}, and spectra after it")
        metadata = _metadata(text, begin or 0)
        if metadata.get("XAxis mode", "Wavelengths") != "Wavelengths":
            raise InputError(f"{path}: its x axis is {metadata['XAxis mode']!r}; export it over wavelengths")
        first, second = (line.cells("\t") for line in lines[:2])
        if len(first) == 2 and is_number(second[0], decimal_comma=True):
            rows = number_rows(lines, "\t", 2, "a wavelength and a number")
            wavelengths = wavelength_axis(lines, [line.cells("\t")[0] for line in lines], "\t")
            return spectra(path, units, wavelengths, rows[:, 1:].T, np.array([np.nan]), metadata, text.source)
        return _series(text, lines, units, metadata)


def _metadata(text: Text, begin: int) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.lines[:begin] if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _series(text: Text, lines: Sequence[Line], units: Units, metadata: dict[str, str]) -> ImportedSpectra:
    """Read spectra in rows, each with its time."""
    first = header(lines[0], "\t")
    wavelengths = wavelength_axis([lines[0]] * len(first), first, "\t")
    times = [line.text.partition("\t")[0] for line in lines[1:]]
    bare = [Line(line.path, line.number, line.text.partition("\t")[2]) for line in lines[1:]]
    rows = number_rows(bare, "\t", len(first), f"a time, then {len(first)} numbers")
    time_s = _seconds(lines[1:], times)
    return spectra(text.path, units, wavelengths, rows, time_s, {**metadata, "first": times[0]}, text.source)


def _seconds(lines: Sequence[Line], times: Sequence[str]) -> Floats:
    """Return times counted from the first, a day later at each midnight of files without dates."""
    moments = [_moment(line, time) for line, time in zip(lines, times, strict=True)]
    passed = np.array([(moment - moments[0]).total_seconds() for moment in moments])
    if moments[0].year == NO_DATE:
        passed[1:] += DAY_S * np.cumsum(np.diff(passed) < -DAY_S / 2)
    return passed


def _moment(line: Line, time: str) -> datetime:
    try:
        return datetime.fromisoformat(time.strip().replace(",", ".")).replace(tzinfo=None)
    except ValueError:
        raise line.wrong(f"expected a date and a time, not {time[:40]!r}") from None
