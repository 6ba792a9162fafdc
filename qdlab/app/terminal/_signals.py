"""Ctrl-C and termination: the first asks the run to stop, the second breaks in, others change nothing.

A terminal that is closed, or a connection to it that is lost, stops the run in the same way, unless it was
started with `nohup`. Ctrl-Z pauses: a program that is suspended would leave pump and cell as they are.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from qdlab.run import StopToken

_ENDING = ("SIGINT", "SIGTERM", "SIGBREAK")
"""What can end a program from outside; SIGBREAK is Ctrl-Break on Windows."""
_HANGING_UP = ("SIGHUP",)
"""What a terminal sends as it goes; not on Windows. It may come twice, from the system and from the shell."""
_SUSPENDING = ("SIGTSTP",)
"""What a terminal sends at Ctrl-Z; not on Windows."""


STOPPING = "stopping safely after this reading; Ctrl-C once more breaks into it"


@contextmanager
def stop_on_signals(stop: StopToken, says: str = "") -> Iterator[None]:
    """Turn signals into a stop request inside the block; the first one says something.

    Use it in the main thread only.
    """
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            stop.break_in()
        asked = True
        _say(says)
        hang_up(number, frame)

    def hang_up(number: int, frame: FrameType | None) -> None:
        stop.request(f"interrupted ({signal.Signals(number).name})")

    with _handled(_ENDING, handle), _handled(_HANGING_UP, hang_up, even_ignored=False):
        yield


@contextmanager
def pause_on_ctrl_z(stop: StopToken) -> Iterator[None]:
    """Turn a request to suspend the program into one to pause the run; use it in the main thread only."""
    with _handled(_SUSPENDING, lambda number, frame: stop.pause("Ctrl-Z")):
        yield


@contextmanager
def _handled(
    names: Sequence[str], handle: Callable[[int, FrameType | None], None], *, even_ignored: bool = True
) -> Iterator[None]:
    """Handle the signals of these names that this system has."""
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if not even_ignored:
        known = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    """Write a line past all buffers: a signal may come while another line is being written."""
    if text:
        with suppress(OSError, ValueError, AttributeError):  # no terminal at all
            os.write(sys.stderr.fileno(), f"\n{text}\n".encode())
