"""NumPy .npz: delay_ps, wavelength_nm, delta_a [delay, wavelength] in OD, its error, and what is known.

Written by qdlab: `done` is true where there is a number; `facts` are lines of text. Read as well: archives
with the two axes and the matrix under names other programs use, whose units are asked for. Nothing
is unpickled.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_cells, check_size
from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._units import Units, convert

DELAYS = ("delay_ps", "t", "time", "times", "delay", "delays", "tau")
WAVELENGTHS = ("wavelength_nm", "wl", "wavelength", "wavelengths", "lambda", "spectral")
VALUES = ("delta_a", "data", "da", "dA", "delta_A", "dod")
Floats = NDArray[np.float64]


class NumpyNpz(Format, ExportFormat):
    """Arrays for Python, with errors, gaps and coordinates."""

    name = "npz"
    suffixes = (".npz",)
    holds = Holds(errors=True, facts=True)

    def sniff(self, path: Path) -> bool:
        """Say whether it is an archive of arrays."""
        if not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file and array, and if units are not given and not in the names."""
        check_size(path)
        try:
            with zipfile.ZipFile(path) as archive:
                names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
                return _map(path, archive, names, units)
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
            why = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
            raise InputError(f"{path}: not an archive of plain arrays, or damaged ({why})") from error

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file."""
        with path.open("wb") as file:
            np.savez(
                file,
                delay_ps=exported.delays_ps,
                wavelength_nm=exported.wavelengths_nm,
                delta_a=exported.delta_a,
                delta_a_error=exported.delta_a_error,
                done=np.isfinite(exported.delta_a),
                potential_v=np.float64(exported.potential_v),
                fluence_cm2=np.float64(exported.fluence_cm2),
                facts=np.array([f"{name}: {value}" for name, value in exported.facts.items()]),
            )


def _map(path: Path, archive: zipfile.ZipFile, names: list[str], units: Units) -> ImportedMap:
    delay, wavelength, value = (_one_of(path, names, known) for known in (DELAYS, WAVELENGTHS, VALUES))
    own = (delay, wavelength, value) == (DELAYS[0], WAVELENGTHS[0], VALUES[0])
    unit = units.settle(path, {"time": "ps", "delta_a": "OD"} if own else {"time": None, "delta_a": None})
    delays, wavelengths, values = (_floats(path, archive, name) for name in (delay, wavelength, value))
    if (values.shape, delays.ndim, wavelengths.ndim) != ((delays.size, wavelengths.size), 1, 1):
        shapes = f"{value} {values.shape}, {delay} {delays.shape}, {wavelength} {wavelengths.shape}"
        raise InputError(f"{path}: {shapes}; expected a matrix [delay, wavelength] and its two axes")
    if values.size == 0 or not np.isfinite(delays).all() or not (wavelengths > 0.0).all():
        raise InputError(f"{path}: {delay} or {wavelength} is empty or has gaps")
    values[~np.isfinite(values)] = np.nan
    errors = _floats(path, archive, "delta_a_error") if own and "delta_a_error" in names else None
    if errors is not None and errors.shape != values.shape:
        raise InputError(
            f"{path}: delta_a_error {errors.shape} is not of the shape {values.shape} of {value}"
        )
    return ImportedMap(
        wavelengths_nm=wavelengths,
        delays_ps=convert(delays, "time", unit["time"]),
        delta_a=convert(values, "delta_a", unit["delta_a"]),
        metadata={"arrays": sorted(names)},
        source={"encoding": "binary", **unit},
        delta_a_error=errors,
    )


def _one_of(path: Path, names: Iterable[str], known: tuple[str, ...]) -> str:
    """Return the array that is there under one of its known names."""
    found = [name for name in known if name in names]
    if len(found) != 1:
        there = ", ".join(sorted(names)[:20]) or "none"
        raise InputError(f"{path}: expected one array called {' or '.join(known)}; there are: {there}"[:400])
    return found[0]


def _floats(path: Path, archive: zipfile.ZipFile, name: str) -> Floats:
    """Return an array of real numbers; what its header claims is looked at before it is read."""
    with archive.open(f"{name}.npy") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of headers that Python 2 wrote, which are read all the same
        shape, _, dtype = _header(file)
    if dtype.kind not in "fiu" or len(shape) > 2:
        raise InputError(f"{path}: {name} is of type {dtype} and shape {shape}; expected real numbers")
    check_cells(path, *(shape if len(shape) == 2 else (1, int(np.prod(shape)))))
    with archive.open(f"{name}.npy") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(npy.read_array(file, allow_pickle=False), dtype=np.float64)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    version = npy.read_magic(file)
    if version not in read:
        raise ValueError(f"array version {version}")
    return read[version](file)
