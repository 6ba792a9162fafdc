"""The recorder: a thread that writes records, so that the light never waits for the disk."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from qdlab.errors import StorageError
from qdlab.plan import Record, Slot

log = logging.getLogger(__name__)

RunStatus = Literal["finished", "stopped", "failed"]


class Sink(Protocol):
    """Where records go; it never sees an instrument."""

    def write(self, slot: Slot, record: Record) -> None:
        """Keep one record; when this returns, a kill does not lose it."""

    def note(self, text: str, date: datetime) -> None:
        """Add a line to the run's log."""

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        """Note how and when the run ended."""

    def close(self) -> None:
        """Close; harmless if closed already."""


PATIENCE_S = 0.005
"""How long a record waits for others, so that they are handed over together."""


class Recorder:
    """Hands records to a sink from its own thread; at most `depth` of them wait or are in its hands.

    A context manager: leaving it waits until everything handed over is written. A write failure is a run
    failure: it is raised at the next put() or on leaving, whichever comes first, and logged if something else
    ends the run. Records that come fast are
    written some at a time: two threads that take turns at each of them would spend longer on that.
    """

    def __init__(self, sink: Sink, *, depth: int = 16) -> None:
        self._sink = sink
        self._waiting: deque[Callable[[], None] | None] = deque()
        self._room = threading.Semaphore(depth)
        self._is_some, self._is_full = threading.Event(), threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="qdlab-recorder")

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._waiting.append(None)
        self._is_some.set()
        self._is_full.set()
        self._thread.join()
        if kind is None:
            self._raise_failure()
        elif self._failure is not None:
            log.error("the last records are lost: the run file could not be written: %s", self._failure)

    def put(self, slot: Slot, record: Record) -> None:
        """Hand over one record; waits only if the disk has fallen far behind."""
        self._raise_failure()
        self._hand_over(lambda: self._sink.write(slot, record))

    def note(self, text: str, date: datetime) -> None:
        """Hand over a line of the log; what it costs to write it costs no light either."""
        self._hand_over(lambda: self._sink.note(text, date))

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise StorageError(f"the run file could not be written: {self._failure}") from self._failure

    def _hand_over(self, keep: Callable[[], None]) -> None:
        if not self._room.acquire(blocking=False):
            self._is_full.set()
            self._room.acquire()
        self._waiting.append(keep)
        self._is_some.set()

    def _work(self) -> None:
        is_over = False
        while not is_over:
            self._is_some.wait()
            self._is_full.wait(PATIENCE_S)
            self._is_some.clear()
            self._is_full.clear()
            some = [self._waiting.popleft() for _ in range(len(self._waiting))]
            for keep in some:
                if keep is None:
                    is_over = True
                elif self._failure is None:
                    self._try(keep)
            if some:
                self._room.release(len(some))

    def _try(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except Exception as error:
            self._failure = error
