"""The folder a Helios exports to: which files are averages of whole measurements, and which are at rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qdlab.errors import InputError, NotConnectedError
from qdlab.storage.formats import ImportedMap
from qdlab.storage.formats.helios_csv import HeliosCsv
from qdlab.storage.formats.ufs import Ufs

Stamp = tuple[int, int]
"""Size and time of the last change of a file."""

_NOT_AN_AVERAGE = re.compile(r"(_scan\d+|-bg|-chirp|-corrected)$", re.IGNORECASE)
_N_SCANS = re.compile(r"Number of scans: *(\d+)")
_FORMATS: dict[str, HeliosCsv | Ufs] = {".csv": HeliosCsv(), ".ufs": Ufs()}


@dataclass
class _Seen:
    """A new file: size and time of its last change, and since when it has not changed."""

    stamp: Stamp
    since_s: float


class Exports:
    """The averages in a folder; `folder` says where it is now, `name` is whom errors are about."""

    def __init__(self, name: str, folder: Callable[[], Path], prefix: str, quiet_s: float) -> None:
        self._name = name
        self._folder = folder
        self._prefix = prefix
        self._quiet_s = quiet_s
        self._seen: dict[Path, _Seen] = {}

    def averages(self) -> dict[Path, Stamp]:
        """Return the averages in the folder as they are now; NotConnectedError if it cannot be read."""
        folder = self._folder()
        try:
            paths = [path for path in folder.iterdir() if self._is_average(path)]
        except OSError as error:
            raise NotConnectedError(f"{self._name}: {folder}: cannot be read: {error}") from error
        found = {}
        for path in paths:
            with suppress(OSError):  # renamed or locked by its writer just now: the next look will tell
                about = path.stat()
                found[path] = (about.st_size, about.st_mtime_ns)
        return found

    def watch(self) -> dict[Path, Stamp]:
        """Begin to look for what comes or changes from now on; return what is there already."""
        self._seen = {}
        return self.averages()

    def settled(self, before: dict[Path, Stamp], now_s: float) -> list[Path]:
        """Return the averages that are not as they were before and have not changed for long enough."""
        new = {path: stamp for path, stamp in self.averages().items() if before.get(path) != stamp}
        self._seen = {
            path: seen if (seen := self._seen.get(path)) and seen.stamp == stamp else _Seen(stamp, now_s)
            for path, stamp in new.items()
        }
        return [path for path, seen in self._seen.items() if now_s - seen.since_s >= self._quiet_s]

    @property
    def seen(self) -> list[str]:
        """The names of the new averages at the last look, at rest or not."""
        return [path.name for path in self._seen]

    def _is_average(self, path: Path) -> bool:
        named = path.suffix.lower() in _FORMATS and path.name.startswith(self._prefix)
        return named and not _NOT_AN_AVERAGE.search(path.stem)


def read_export(path: Path) -> ImportedMap:
    """Return what a file holds; InputError if it is neither .csv nor .ufs, or cannot be read."""
    if path.suffix.lower() not in _FORMATS:
        raise InputError(f"{path}: is neither .csv nor .ufs")
    return _FORMATS[path.suffix.lower()].read(path)


def n_scans_of(metadata: Mapping[str, Any]) -> int:
    """Return the number of scans, 0 if the file does not say; in a .ufs it stands in one text."""
    said = _N_SCANS.search("\n".join(f"{name}: {value}" for name, value in metadata.items()))
    return int(said[1]) if said else 0
