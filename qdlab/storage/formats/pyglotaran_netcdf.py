"""pyglotaran .nc: the variable `data` over `time` and `spectral`, as netCDF (of HDF5, or the classic one).

Units are attributes that need not be there. Written: classic netCDF, ps, nm and OD, with the error as a
second variable, which pyglotaran passes over. Of HDF5 only plain datasets in the file itself are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.io import netcdf_file

from qdlab.errors import InputError
from qdlab.storage.formats._bounds import check_cells, check_size
from qdlab.storage.formats._format import UNSAID, ExportedMap, ExportFormat, Format, Holds, ImportedMap
from qdlab.storage.formats._units import Units, convert

HDF5 = b"\x89HDF\r\n\x1a\n"
CLASSIC = b"CDF"
DIMS = ("time", "spectral")
VALUES = "data"
ERRORS = "data_error"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Variable:
    """A variable of a netCDF file of either kind: its dimensions' names, values and unit."""

    dims: tuple[str, ...]
    values: Floats
    unit: str | None


class PyglotaranNetcdf(Format, ExportFormat):
    """A data set of pyglotaran."""

    name = "pyglotaran-netcdf"
    suffixes = (".nc",)
    holds = Holds(errors=True, facts=True)

    def sniff(self, path: Path) -> bool:
        """Say whether it is a classic netCDF file, or HDF5 with `data`, `time` and `spectral`."""
        first = _first_bytes(path)
        if first != HDF5:
            return first.startswith(CLASSIC)
        try:
            with _readable(path), h5py.File(path, "r") as file:
                return {*DIMS, VALUES} <= set(file)
        except InputError:
            return False

    def read(self, path: Path, units: Units = UNSAID) -> ImportedMap:
        """Read a file; InputError naming file and variable, and if units are neither in it nor given."""
        check_size(path)
        with _readable(path):
            found = _read_hdf5(path) if _first_bytes(path) == HDF5 else _read_classic(path)
        if missing := [name for name in (*DIMS, VALUES) if name not in found]:
            raise InputError(f"{path}: there is no variable {', '.join(missing)} in it")
        data = _over_time_and_spectral(path, found, VALUES)
        delays, wavelengths = (found[name] for name in DIMS)
        if not np.isfinite(delays.values).all() or not (wavelengths.values > 0.0).all():
            raise InputError(f"{path}: time or spectral has gaps")
        unit = units.settle(path, {"time": delays.unit, "delta_a": data.unit})
        errors = _over_time_and_spectral(path, found, ERRORS) if ERRORS in found else None
        return ImportedMap(
            wavelengths_nm=wavelengths.values,
            delays_ps=convert(delays.values, "time", unit["time"]),
            delta_a=convert(data.values, "delta_a", unit["delta_a"]),
            metadata={"variables": sorted(found)},
            source={"encoding": "binary", **unit},
            delta_a_error=None if errors is None else convert(errors.values, "delta_a", unit["delta_a"]),
        )

    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file."""
        dataset = xr.Dataset(
            {
                VALUES: (DIMS, exported.delta_a, {"units": "OD"}),
                ERRORS: (DIMS, exported.delta_a_error, {"units": "OD"}),
            },
            {
                DIMS[0]: (DIMS[0], exported.delays_ps, {"units": "ps"}),
                DIMS[1]: (DIMS[1], exported.wavelengths_nm, {"units": "nm"}),
            },
            {"facts": "\n".join(f"{name}: {value}" for name, value in exported.facts.items())},
        )
        dataset.to_netcdf(path, format="NETCDF3_64BIT", engine="scipy")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(HDF5))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes the libraries raise into one InputError that names the file."""
    try:
        yield
    except InputError:
        raise
    except (
        OSError,
        RuntimeError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ) as error:
        why = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a netCDF file, or damaged or cut short ({why})") from error
    except (AssertionError, MemoryError) as error:
        raise InputError(f"{path}: not a netCDF file, or damaged or cut short") from error


def _read_classic(path: Path) -> dict[str, _Variable]:
    """Return the variables that matter, by name."""
    with netcdf_file(path, "r", mmap=False) as file:
        present = {name: file.variables[name] for name in (*DIMS, VALUES, ERRORS) if name in file.variables}
        return {
            name: _variable(path, name, tuple(item.dimensions), item.data, item.__dict__)
            for name, item in present.items()
        }


def _read_hdf5(path: Path) -> dict[str, _Variable]:
    """Return the variables that matter, by name; nothing outside the file is followed."""
    found = {}
    with h5py.File(path, "r") as file:
        for name in (name for name in (*DIMS, VALUES, ERRORS) if name in file.keys()):  # noqa: SIM118
            if not isinstance(file.get(name, getlink=True), h5py.HardLink):
                raise InputError(f"{path}: {name} is a link to somewhere else; only plain files are read")
            item = file[name]
            if not isinstance(item, h5py.Dataset) or item.external or item.is_virtual:
                raise InputError(f"{path}: {name} is no dataset in the file itself")
            found[name] = _variable(path, name, _dims(name, item), item, dict(item.attrs))
    return found


def _dims(name: str, item: h5py.Dataset) -> tuple[str, ...]:
    """Return the names of a variable's dimensions, as netCDF keeps them: by links to its coordinates."""
    if name in DIMS:
        return (name,)
    return tuple(str(dim[0].name).rpartition("/")[2] if len(dim) else "" for dim in item.dims)


def _variable(
    path: Path, name: str, dims: tuple[str, ...], item: Any, attributes: Mapping[str, Any]
) -> _Variable:
    """Read one variable after a look at what it claims to be."""
    if item.dtype.kind not in "fiu" or not 1 <= len(item.shape) <= 2 or len(dims) != len(item.shape):
        raise InputError(
            f"{path}: {name} is of type {item.dtype} and shape {item.shape}; expected real numbers"
        )
    check_cells(path, *(item.shape if len(item.shape) == 2 else (1, *item.shape)))
    raw = np.asarray(item[()])
    values = raw.astype(np.float64)
    if "_FillValue" in attributes:
        values[raw == np.asarray(attributes["_FillValue"]).flat[0]] = np.nan
    values[~np.isfinite(values)] = np.nan
    unit = attributes.get("units")
    return _Variable(dims, values, unit.decode() if isinstance(unit, bytes) else unit)


def _over_time_and_spectral(path: Path, found: Mapping[str, _Variable], name: str) -> _Variable:
    """Return a matrix as [time, spectral], or InputError if it is none."""
    item, shape = found[name], tuple(found[dim].values.size for dim in DIMS)
    if item.dims == DIMS[::-1]:
        item = _Variable(DIMS, item.values.T.copy(), item.unit)
    if item.dims != DIMS or item.values.shape != shape or 0 in shape:
        raise InputError(
            f"{path}: {name} is {item.dims} of {item.values.shape}; expected time x spectral of {shape}"
        )
    return item
