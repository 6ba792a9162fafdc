"""Open a run file to read, whatever its state, and say in one line what is wrong if it is not one."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from qdlab.errors import InputError
from qdlab.storage import schema
from qdlab.storage._process import is_alive

DIED = "died"
SILENCE_S = 6 * 3600.0
"""No single measurement takes that long: a run that is silent for longer is over."""


def open_file(path: Path) -> h5py.File:
    """Open a run file without locking it; InputError if it is missing, foreign, cut short or too new."""
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    with unreadable(path):
        file = _open(path)
    try:
        _check_version(path, file.attrs.get(schema.VERSION_KEY))
    except BaseException:
        file.close()
        raise
    return file


def _open(path: Path) -> h5py.File:
    """Open without a lock, which on Windows would keep the run from writing."""
    try:
        return h5py.File(path, "r", locking=False)
    except OSError:
        # Opened in this process before, with h5py's own locking: HDF5 insists on the same again.
        return h5py.File(path, "r")


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes the libraries raise into one InputError that names the file."""
    try:
        yield
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a run file, or damaged or cut short ({why})") from error


def _check_version(path: Path, version: object) -> None:
    if version is None:
        raise InputError(f"{path}: an HDF5 file, but not one of qdlab's runs")
    if version != schema.VERSION:
        raise InputError(
            f"{path}: layout version {version}; this qdlab reads version {schema.VERSION}, use a newer one"
        )


def read_text(file: h5py.File, path: str) -> str:
    """Return the text at `path`."""
    contents: bytes = file[path][()]
    return contents.decode()


def read_provenance(file: h5py.File) -> dict[str, Any]:
    """Return everything under provenance by name: text as it is, the rest as the plain data it was."""
    return {name: _told(item) for name, item in file[schema.PROVENANCE].items()}


def _told(item: h5py.Dataset) -> Any:
    told = item[()].decode()
    return json.loads(told) if item.attrs.get(schema.MEDIA_TYPE_KEY) == schema.JSON_TYPE else told


def read_status(file: h5py.File) -> str:
    """Return how the run ended, "running", or "died" if it says so but its process is gone or silent."""
    status = read_text(file, schema.STATUS)
    if status != schema.RUNNING:
        return status
    here = read_text(file, schema.HOST) == platform.node()
    gone = here and not is_alive(int(file[schema.PROCESS_ID][()]))
    silent = time.time() - float(file[schema.HEARTBEAT][()]) > SILENCE_S
    return DIED if gone or silent else schema.RUNNING


def stream_groups(file: h5py.File) -> dict[str, h5py.Group]:
    """Return the streams' groups by name, in the plan's order."""
    entry = file[schema.ENTRY]
    return {name: entry[name] for name in entry.attrs[schema.STREAMS_KEY]}
