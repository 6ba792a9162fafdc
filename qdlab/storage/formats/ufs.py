"""Ultrafast Systems .ufs, big-endian. A string is its length in bytes (uint32), then the bytes, no NUL.

"Version2"; axis 1: label "Wavelength", unit "nm", uint32 n1, n1 x float64; axis 2: label "Time", unit "ps",
uint32 n2, n2 x float64; data label "DA"; uint32 0 (a third dimension; 0 means 1); uint32 n1; uint32 n2;
n1 x n2 x float64, all times of the first wavelength first; a text that begins with "file info".
Source: four independent readers agree; no description by the maker was found.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_cells, check_size
from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._text import decode
from qdlab.storage.formats._units import Units, convert

VERSION = "Version2"
START = struct.pack(">I", len(VERSION)) + VERSION.encode()
DA_LABELS = {"da", "δa", "∆a", "delta a", "deltaa", "dod", "δod", "∆od"}


class Ufs(Format, ExportFormat):
    """Surface Xplorer's binary file."""

    name = "ufs"
    suffixes = (".ufs",)
    holds = Holds(facts=True)

    def sniff(self, path: Path) -> bool:
        """Say whether the file begins with its version."""
        with path.open("rb") as file:
            return file.read(len(START)) == START

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file, byte and what was expected."""
        check_size(path)
        cursor = _Cursor(path, path.read_bytes())
        if (version := cursor.text("the version")) != VERSION:
            raise InputError(f"{path}: version {version[:40]!r}; qdlab reads {VERSION!r}")
        axes = _axis(cursor, "wavelengths"), _axis(cursor, "delays")
        (wavelength_unit, wavelengths_nm), (time_unit, delays) = axes
        if wavelength_unit.strip() != "nm":
            raise InputError(f"{path}: its wavelengths are in {wavelength_unit[:40]!r}; export them in nm")
        da_unit = _da_unit(path, cursor.text("what the data are"))
        unit = units.settle(path, {"time": time_unit, "delta_a": da_unit})
        delta_a = _data(cursor, wavelengths_nm.size, delays.size)
        return ImportedMap(
            wavelengths_nm=wavelengths_nm,
            delays_ps=convert(delays, "time", unit["time"]),
            delta_a=delta_a,
            metadata={"text": cursor.text("the text at the end") if cursor.rest else ""},
            source={"encoding": "binary, big-endian"},
        )

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file."""
        n1, n2 = exported.wavelengths_nm.size, exported.delays_ps.size
        facts = [f"{name}: {value}" for name, value in exported.facts.items()]
        parts = [
            *(_string(text) for text in (VERSION, "Wavelength", "nm")),
            *(struct.pack(">I", n1), exported.wavelengths_nm.astype(">f8").tobytes()),
            *(_string(text) for text in ("Time", "ps")),
            *(struct.pack(">I", n2), exported.delays_ps.astype(">f8").tobytes()),
            _string("DA"),
            struct.pack(">III", 0, n1, n2),
            exported.delta_a.T.astype(">f8").tobytes(),
            _string("\n".join(["file info:", *facts, ""])),
        ]
        path.write_bytes(b"".join(parts))


class _Cursor:
    """A place in the bytes of a file, which what a length claims cannot leave."""

    def __init__(self, path: Path, contents: bytes) -> None:
        self.path = path
        self._contents = contents
        self._place = 0

    @property
    def rest(self) -> int:
        return len(self._contents) - self._place

    def wrong(self, problem: str) -> InputError:
        return InputError(f"{self.path}: byte {self._place}: {problem}")

    def take(self, n_bytes: int, what: str) -> bytes:
        if n_bytes > self.rest:
            raise self.wrong(
                f"{what} should be {n_bytes} bytes, {self.rest} are left; the file is damaged or cut short"
            )
        self._place += n_bytes
        return self._contents[self._place - n_bytes : self._place]

    def number(self, what: str) -> int:
        (value,) = struct.unpack(">I", self.take(4, what))
        return int(value)

    def text(self, what: str) -> str:
        return decode(self.take(self.number(what), what))[0]

    def floats(self, n: int, what: str) -> NDArray[np.float64]:
        return np.frombuffer(self.take(8 * n, what), dtype=">f8").astype(np.float64)


def _axis(cursor: _Cursor, what: str) -> tuple[str, NDArray[np.float64]]:
    """Return unit and values of an axis."""
    cursor.text(f"the name of the {what}")
    unit = cursor.text(f"the unit of the {what}")
    values = cursor.floats(cursor.number(f"the number of {what}"), f"the {what}")
    if values.size == 0 or not np.isfinite(values).all() or (what == "wavelengths" and (values <= 0.0).any()):
        raise cursor.wrong(f"the {what} before it are none, or not all of them {what}")
    return unit, values


def _da_unit(path: Path, label: str) -> str:
    """Return the unit of the data; InputError if they are something else than dA."""
    if label.strip().lower() not in DA_LABELS:
        raise InputError(f"{path}: its data are {label.strip()[:40]!r}; only dA can be imported")
    return "OD"


def _data(cursor: _Cursor, n_wavelengths: int, n_delays: int) -> NDArray[np.float64]:
    """Return dA [delay, wavelength], NaN where there is no number."""
    shape = tuple(cursor.number("the size of the data") for _ in range(3))
    if shape not in ((0, n_wavelengths, n_delays), (1, n_wavelengths, n_delays)):
        raise cursor.wrong(f"data of {shape}; expected one matrix of {n_wavelengths} x {n_delays}")
    check_cells(cursor.path, n_wavelengths, n_delays)
    flat = cursor.floats(n_wavelengths * n_delays, "the data")
    flat[~np.isfinite(flat)] = np.nan
    return flat.reshape(n_wavelengths, n_delays).T.copy()


def _string(text: str) -> bytes:
    contents = text.encode()
    return struct.pack(">I", len(contents)) + contents
