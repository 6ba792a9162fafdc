"""Keep what a run writes: in its file, or, as long as the file takes nothing, in the spill beside it."""

from __future__ import annotations

import logging
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


class Keeper:
    """The open run file, and its spill.

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

    def keep(self, writes: Sequence[Write]) -> None:
        """Return when all `writes`, in their order, are on the disk; OSError if they cannot be kept."""
        # Once the file has failed, one attempt a record: the light shall not wait for it each time.
        waits_s = () if self._is_failing else WAITS_S
        try:
            self._insist(writes, waits_s)
            self._is_failing = False
        except OSError as error:
            if not self._is_failing:
                log.warning("%s takes no more (%s); records go to its spill", self._path, error)
            self._is_failing = True
            self._spill.append(writes)

    def hint(self, write: Write) -> None:
        """Write what is good to know, but may be lost."""
        with suppress(OSError):
            self._file.write(write[1], write[0])

    def bring_home(self) -> None:
        """Write what was spilled into the file, if it takes it by now."""
        if self._spill.is_empty:
            return
        try:
            self._overwrite(self._spill.writes())
        except OSError as error:
            log.warning("%s: records stay in its spill (%s); qdlab recover merges them", self._path, error)
        else:
            self._spill.close(remove=True)

    def close(self) -> None:
        """Close; harmless if closed already."""
        self._file.close()
        self._spill.close()

    def _insist(self, writes: Sequence[Write], waits_s: Sequence[float]) -> None:
        """Write, trying again after each wait; the last failure is raised."""
        for wait_s in waits_s:
            try:
                return self._overwrite(writes)
            except OSError:
                self._sleep(wait_s)
        return self._overwrite(writes)

    def _overwrite(self, writes: Iterable[Write]) -> None:
        for offset, data in writes:
            self._file.write(data, offset)
        self._file.sync()
