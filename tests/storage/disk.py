"""A disk under run files that fails when it is told to, and remembers everything that was done to it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage_cases import make_provenance

from qdlab.plan import Plan
from qdlab.storage import RunWriter, schema
from qdlab.storage.disk._bytes import Buffer, Bytes
from qdlab.storage.writing._create import create_file


@dataclass(frozen=True)
class Written:
    """One write the system was asked for and did."""

    name: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Synced:
    """One return from a sync, which vouches for the first `n_deeds` that were done: those before it began."""

    name: str
    n_deeds: int = field(compare=False, default=0)


Deed = Written | Synced


@dataclass
class Disk:
    """Opens files for a writer. `fails` is asked before each write and sync, with the name of the file.

    A sync that fails loses what waited for it if the disk `forgets`; `meanwhile` is done while one goes on.
    """

    fails: Callable[[str], bool] = lambda _: False
    forgets: bool = False
    meanwhile: Callable[[], None] = lambda: None
    error: int = errno.EIO
    deeds: list[Deed] = field(default_factory=list)
    waited_s: list[float] = field(default_factory=list)
    time_s: float = 0.0

    def open(self, path: Path) -> Bytes:
        return Watched(path, self)

    def writer(self, path: Path, plan: Plan, **provenance: Any) -> RunWriter:
        """Make a run file, and a writer into it whose every deed and wait this disk sees."""
        places = create_file(path, schema.layout(plan, None, make_provenance(**provenance)))
        return RunWriter(
            path,
            plan,
            places,
            open_file=self.open,
            sleep=self.waited_s.append,
            unix_time_s=lambda: self.time_s,
        )

    def check(self, name: str) -> None:
        if self.fails(name):
            raise OSError(self.error, os.strerror(self.error))


class Watched(Bytes):
    """A file on such a disk."""

    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__(path)
        self._path, self._name = path, path.name
        self._disk = disk
        self._before: list[tuple[int, bytes]] = []

    def _write_some(self, data: Buffer, offset: int) -> int:
        self._disk.check(self._name)
        with self._path.open("rb") as file:
            file.seek(offset)
            before = file.read(len(data))
        n_written = super()._write_some(data, offset)
        self._before.append((offset, before[:n_written]))
        self._disk.deeds.append(Written(self._name, offset, bytes(data[:n_written])))
        return n_written

    def sync(self) -> None:
        n_deeds, n_written = len(self._disk.deeds), len(self._before)
        self._disk.meanwhile()
        try:
            self._disk.check(self._name)
        except OSError:
            if self._disk.forgets:
                self._forget()
            raise
        super().sync()
        del self._before[:n_written]
        self._disk.deeds.append(Synced(self._name, n_deeds))

    def _forget(self) -> None:
        """Let the file be as it was when it was last synced."""
        for offset, before in reversed(self._before):
            super()._write_some(before, offset)
        self._before.clear()
