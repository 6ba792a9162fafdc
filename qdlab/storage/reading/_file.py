"""Open a run file to read, whatever its state, and say in one line what is wrong if it is not one."""

from __future__ import annotations

import atexit
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import h5py

from qdlab.errors import InputError
from qdlab.storage import schema
from qdlab.storage.disk._overlay import Overlay, stored_size
from qdlab.storage.disk._process import is_alive
from qdlab.storage.disk._spill import read_patches
from qdlab.storage.reading._version_1 import Version1

SILENCE_S = 6 * 3600.0
"""No single measurement takes that long: a run that is silent for longer is over."""

MOST_PACKED = 1100
"""How much smaller than its contents deflate makes anything at most, and a little."""

LOCKING = (False, None) if os.name == "nt" else (None, False)
"""How a file is opened to read. On Windows the run could not write into a file that a reader locks; elsewhere
h5py's own way leaves a notebook free to open the file with h5py too."""

READERS: Mapping[int, type[Version1]] = {1: Version1}
"""What reads each version of the schema; files of all of them open for ever."""


class RunFile:
    """An open run file; a context manager that closes it. `run` is what is in it."""

    def __init__(self, path: Path, hdf5: h5py.File, version: int, overlay: Overlay | None) -> None:
        self.path = path
        self.hdf5 = hdf5
        self.version = version
        self.run = READERS[version](hdf5)
        self._overlay = overlay

    def status(self) -> str:
        """Return how the run ended, "running", or "died" if it neither goes on nor says how it ended."""
        said = self.run.status
        if said in schema.ENDS or said.startswith(schema.RECOVERED):
            return said
        gone = self.run.host == platform.node() and not is_alive(self.run.process_id)
        silent = time.time() - self.run.heartbeat_s > SILENCE_S
        return schema.DIED if gone or silent or said != schema.RUNNING else schema.RUNNING

    def close(self) -> None:
        """Close; harmless if closed already."""
        _close(self.hdf5, self._overlay)

    def __enter__(self) -> RunFile:
        """Return the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def open_file(path: Path, *, damaged: bool = False) -> RunFile:
    """Open a run file, with its spill, never in the way of who writes it; close what this returns.

    InputError if it is missing, foreign, too new or, unless what is `damaged` is wanted too, cut short.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    with unreadable(path):
        file, overlay = _open(path, damaged=damaged)
    try:
        with unreadable(path):
            version = file.attrs.get(schema.VERSION_KEY)
            _check_inside(file, max(path.stat().st_size, stored_size(path) or 0))
        _check_version(path, version)
        return RunFile(path, file, int(version), overlay)
    except BaseException:
        _close(file, overlay)
        raise


def _open(path: Path, *, damaged: bool) -> tuple[h5py.File, Overlay | None]:
    patches = read_patches(path)
    n_bytes = path.stat().st_size
    size = max(n_bytes, stored_size(path) or 0) if damaged else n_bytes
    if patches or size > n_bytes:
        overlay = Overlay(path, size, patches)
        try:
            file = h5py.File(overlay, "r")
        except BaseException:
            overlay.close()
            raise
        # If Python ends before such a file is closed, HDF5 takes the interpreter down (h5py 3.16).
        atexit.register(file.close)
        return file, overlay
    first, second = LOCKING
    try:
        return h5py.File(path, "r", locking=first), None
    except OSError:
        # Opened in this process before, with the other locking: HDF5 insists on the same again.
        return h5py.File(path, "r", locking=second), None


def _close(file: h5py.File, overlay: Overlay | None) -> None:
    file.close()
    if overlay is not None:
        atexit.unregister(file.close)
        overlay.close()


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes the libraries raise into one InputError that names the file."""
    try:
        yield
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a run file, or damaged or cut short ({why})") from error


def _check_inside(file: h5py.File, n_bytes: int) -> None:
    """Raise ValueError if anything would be read from elsewhere, or is longer than `n_bytes` can make it."""
    links: dict[str, object] = {}
    # Nothing is looked at on the way: in a damaged file that may fail, and h5py fails badly at failing there.
    file.visititems_links(links.__setitem__)
    for name, link in links.items():
        item = file[name] if isinstance(link, h5py.HardLink) else None
        if item is None or (isinstance(item, h5py.Dataset) and (item.external or item.is_virtual)):
            raise ValueError(f"{name} leads out of the file")
        if isinstance(item, h5py.Dataset) and item.nbytes > n_bytes * (MOST_PACKED if item.chunks else 1):
            raise ValueError(f"{name} claims {item.nbytes} bytes")


def _check_version(path: Path, version: object) -> None:
    if version is None:
        raise InputError(f"{path}: an HDF5 file, but not one of qdlab's runs")
    if version not in READERS:
        known = ", ".join(map(str, READERS))
        raise InputError(
            f"{path}: layout version {version}; this qdlab reads version {known}, use a newer one"
        )
