"""Keep what a run writes: in its file, or, as long as the file takes nothing, in the spill beside it.

What is written is in the system's hands at once, so that the end of this program loses nothing of it; a sync
brings it onto the disk, so that a power cut does not either.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._spill import Spill, Write, spill_path

log = logging.getLogger(__name__)

OpenFile = Callable[[Path], Bytes]
Sleep = Callable[[float], None]

WAITS_S = (0.1, 0.4, 1.5)
"""How long to wait before each new attempt: a share that blinks, a virus scanner that holds the file."""

MOST_UNSYNCED_BYTES = 64_000_000
"""How much may wait for a sync: it stays in memory, to be written once more should the sync fail."""


class Keeper:
    """The open run file, and its spill; one thread may sync while another one writes.

    `head_bytes` of the file never change; they tell whose spill it is.
    """

    def __init__(self, path: Path, head_bytes: int, open_file: OpenFile, sleep: Sleep) -> None:
        with path.open("rb") as file:
            head = file.read(head_bytes)
        self._path = path
        self._file = open_file(path)
        self._spill = Spill(spill_path(path), head, open_file)
        self._sleep = sleep
        self._is_failing = False
        self._unsynced: list[Sequence[Write]] = []
        self._unsynced_bytes = 0
        self._writing, self._syncing = threading.Lock(), threading.Lock()

    def keep(self, writes: Sequence[Write]) -> None:
        """Return when all `writes`, in their order, are in the system's hands; OSError if nothing takes them.

        What is spilled is on the disk at once.
        """
        with self._writing:
            if self._takes([writes], self._overwrite):
                self._unsynced.append(writes)
                self._unsynced_bytes += _n_bytes(writes)
        if self._unsynced_bytes > MOST_UNSYNCED_BYTES:
            self.sync()

    def sync(self) -> None:
        """Return when everything kept before is on the disk; OSError if it cannot be brought there.

        A sync that fails may have lost any of it, and the next one would not say so: all is written again.
        """
        with self._syncing:
            n_synced = len(self._unsynced)
            if not n_synced:
                return
            try:
                self._file.sync()
            except OSError:
                with self._writing:
                    self._takes(self._unsynced, self._overwrite_and_sync)
                    self._forget(len(self._unsynced))
            else:
                with self._writing:
                    self._forget(n_synced)

    def hint(self, write: Write) -> None:
        """Write what is good to know, but may be lost."""
        with self._writing, suppress(OSError):
            self._file.write(write[1], write[0])

    def bring_home(self) -> None:
        """Write what was spilled into the file, if it takes it by now."""
        if self._spill.is_empty:
            return
        try:
            self._overwrite_and_sync([list(self._spill.writes())])
        except OSError as error:
            log.warning("%s: records stay in its spill (%s); qdlab recover merges them", self._path, error)
        else:
            self._spill.close(remove=True)

    def close(self) -> None:
        """Close; harmless if closed already."""
        self._file.close()
        self._spill.close()

    def _takes(self, records: Sequence[Sequence[Write]], overwrite: Callable[..., None]) -> bool:
        """Tell whether the file took the writes of some records; if not, the spill has them."""
        # Once the file has failed, one attempt a record: the light shall not wait for it each time.
        waits_s = () if self._is_failing else WAITS_S
        try:
            self._insist(lambda: overwrite(records), waits_s)
            self._is_failing = False
        except OSError as error:
            if not self._is_failing:
                log.warning("%s takes no more (%s); records go to its spill", self._path, error)
            self._is_failing = True
            for writes in records:
                self._spill.append(writes)
        return not self._is_failing

    def _insist(self, act: Callable[[], None], waits_s: Sequence[float]) -> None:
        """Act, trying again after each wait; the last failure is raised."""
        for wait_s in waits_s:
            try:
                return act()
            except OSError:
                self._sleep(wait_s)
        return act()

    def _overwrite(self, records: Iterable[Sequence[Write]]) -> None:
        for writes in records:
            for offset, data in writes:
                self._file.write(data, offset)

    def _overwrite_and_sync(self, records: Iterable[Sequence[Write]]) -> None:
        self._overwrite(records)
        self._file.sync()

    def _forget(self, n_records: int) -> None:
        """Let go of what is on the disk."""
        for writes in self._unsynced[:n_records]:
            self._unsynced_bytes -= _n_bytes(writes)
        del self._unsynced[:n_records]


def _n_bytes(writes: Sequence[Write]) -> int:
    return sum(len(data) for _, data in writes)
