"""Ctrl-C and termination: the first asks the run to stop, the second breaks in, others change nothing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from qdlab.run import StopToken

_NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")
"""What can end a program from outside; SIGBREAK is Ctrl-Break on Windows."""


@contextmanager
def stop_on_signals(stop: StopToken) -> Iterator[None]:
    """Turn signals into a stop request inside the block; use it in the main thread only."""
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            stop.break_in()
        asked = True
        stop.request(f"interrupted ({signal.Signals(number).name})")

    known = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.signal(number, handle) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
