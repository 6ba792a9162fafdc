"""Whoever sits at the terminal: told of a pause, asked to press Enter."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console
from rich.markup import escape

from qdlab.run import Event, Paused, Proceeded, StopToken, Warned

if sys.platform == "win32":
    import msvcrt
else:
    import termios


class Attendant:
    """A run's listener that says what a person must know, and lets a paused run go on with Enter.

    Nobody is there if the input is at its end, as of a run without a terminal: the pause then goes on as long
    as it may. `read_line` waits for a line and returns nothing at the end of the input.
    """

    def __init__(
        self, stop: StopToken, console: Console, read_line: Callable[[], str | bytes] | None = None
    ) -> None:
        self._stop = stop
        self._console = console
        self._read_line = _read_line if read_line is None else read_line
        self._waiting: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Show what an event says."""
        match event:
            case Warned(alarm):
                self._say(f"{alarm.action}: {alarm.message}")
            case Paused(reason):
                _forget_typed()
                self._say(f"paused: {reason}. Enter: go on; Ctrl-C: stop")
                self._wait_for_enter()
            case Proceeded():
                self._say("goes on")

    def _say(self, text: str) -> None:
        self._console.print(escape(text), soft_wrap=True, highlight=False)

    def _wait_for_enter(self) -> None:
        """Wait in a thread of its own, which nobody can end while it reads: one at most, and a daemon."""
        if self._waiting is None or not self._waiting.is_alive():
            self._waiting = threading.Thread(target=self._read, name="qdlab-enter", daemon=True)
            self._waiting.start()

    def _read(self) -> None:
        try:
            somebody = self._read_line()
        except OSError:  # no input at all, as of a service
            return
        if somebody:
            self._stop.proceed()


def _forget_typed() -> None:
    """Drop what was typed at a terminal before anything was asked: it is no answer."""
    with suppress(OSError, ValueError, AttributeError):  # no input at all
        if not sys.stdin.isatty():
            return
        if sys.platform == "win32":
            while msvcrt.kbhit():
                msvcrt.getwch()
        else:
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _read_line() -> str | bytes:
    """Read a line from below Python's buffer: whoever reads that while the program ends makes it abort."""
    try:
        number = sys.stdin.fileno()
    except (OSError, ValueError, AttributeError):
        return sys.stdin.readline()  # what stands in for a terminal in another program
    return os.read(number, 4096)
