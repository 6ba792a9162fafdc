"""Errands: work done elsewhere, of which the window hears when it is done; it never waits for one."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from pyqtgraph.Qt import QtCore

from qdlab.errors import QdlabError

log = logging.getLogger(__name__)

LOOK_MS = 50

Then = Callable[[Any], None]
Failed = Callable[[str], None]


class Errands:
    """What came of an errand is handed over in the window's thread, in words if it failed.

    What computes goes to a process of its own, so that it takes nothing from an acquisition's interpreter.
    """

    def __init__(self, parent: Any) -> None:
        self._pending: list[tuple[Future[Any], Then, Failed]] = []
        self._threads: Executor | None = None
        self._processes: Executor | None = None
        self._timer = QtCore.QTimer(parent)
        self._timer.timeout.connect(self.look)

    @property
    def busy(self) -> bool:
        """Whether something is not done yet."""
        return bool(self._pending)

    def read(self, then: Then, failed: Failed, work: Callable[..., Any], *arguments: Any) -> None:
        """Do something short, as reading a file, in a thread."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, thread_name_prefix="qdlab-errand")
        self._send(self._threads, then, failed, work, *arguments)

    def compute(self, then: Then, failed: Failed, work: Callable[..., Any], *arguments: Any) -> None:
        """Do something long in a process of its own, at low priority."""
        if self._processes is None:
            context = multiprocessing.get_context("spawn")
            self._processes = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
        self._send(self._processes, then, failed, work, *arguments)

    def look(self) -> None:
        """Hand over what is done; what the timer calls."""
        done = [errand for errand in self._pending if errand[0].done()]
        self._pending = [errand for errand in self._pending if not errand[0].done()]
        if not self._pending:
            self._timer.stop()
        for future, then, failed in done:
            error = future.exception()
            if error is None:
                then(future.result())
            else:
                if isinstance(error, BrokenExecutor):
                    self._processes = None  # its process was killed; the next errand gets another one
                failed(_in_words(error))

    def close(self) -> None:
        """Give up what has not begun, and wait for what has."""
        self._timer.stop()
        for executor in (self._threads, self._processes):
            if executor is not None:
                executor.shutdown(cancel_futures=True)

    def _send(
        self, executor: Executor, then: Then, failed: Failed, work: Callable[..., Any], *arguments: Any
    ) -> None:
        self._pending.append((executor.submit(work, *arguments), then, failed))
        self._timer.start(LOOK_MS)


def _in_words(error: BaseException) -> str:
    if isinstance(error, QdlabError):
        return str(error)
    log.error("an errand failed", exc_info=error)
    return f"{type(error).__name__}: {error}"


def _begin() -> None:
    """Let an acquisition go first, where the system knows priorities; end when the window has ended."""
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_end_with_window, daemon=True).start()


def _end_with_window() -> None:
    """Leave no process behind a window that was killed: it would wait for errands for ever."""
    window = multiprocessing.parent_process()
    assert window is not None
    window.join()
    os._exit(1)
