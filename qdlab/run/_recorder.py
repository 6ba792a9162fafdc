"""The recorder: a thread that writes records, so that the light never waits for the disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Literal, Protocol

from qdlab.errors import StorageError
from qdlab.plan import Record, Slot

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


class Recorder:
    """Hands records to a sink from its own thread through a bounded queue.

    A context manager: leaving it waits until everything handed over is written. A write failure is a run
    failure: it is raised at the next put() or on leaving, whichever comes first.
    """

    def __init__(self, sink: Sink, *, depth: int = 16) -> None:
        self._sink = sink
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue(depth)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="qdlab-recorder")

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None:
            self._raise_failure()

    def put(self, slot: Slot, record: Record) -> None:
        """Hand over one record; waits only if the disk has fallen far behind."""
        self._raise_failure()
        self._queue.put(lambda: self._sink.write(slot, record))

    def note(self, text: str, date: datetime) -> None:
        """Hand over a line of the log; what it costs to write it costs no light either."""
        self._queue.put(lambda: self._sink.note(text, date))

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise StorageError(f"the run file could not be written: {self._failure}") from self._failure

    def _work(self) -> None:
        while True:
            for keep in self._waiting():
                if keep is None:
                    return
                if self._failure is None:
                    self._try(keep)

    def _waiting(self) -> list[Callable[[], None] | None]:
        """Wait for something to keep, and return all that waits: to hand over one by one costs more."""
        waiting = [self._queue.get()]
        with suppress(queue.Empty):
            while True:
                waiting.append(self._queue.get_nowait())
        return waiting

    def _try(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except Exception as error:
            self._failure = error
