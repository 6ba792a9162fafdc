"""Stopping on request, and waiting in a way that can be stopped."""

from __future__ import annotations

import threading

from qdlab.clock import Clock
from qdlab.errors import StoppedError

_SLICE_S = 0.1


class StopToken:
    """Says whether somebody asked the run to end; may be set from any thread or a signal handler."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    def request(self, reason: str) -> None:
        """Ask the run to end at the next opportunity; the first reason stays."""
        if not self._event.is_set():
            self.reason = reason
            self._event.set()

    def check(self) -> None:
        """Raise StoppedError with the reason if a stop was requested."""
        if self._event.is_set():
            raise StoppedError(self.reason)


def wait_until(time_s: float, clock: Clock, stop: StopToken) -> None:
    """Let the clock reach `time_s`, looking at the stop token about ten times a second."""
    while (left_s := time_s - clock.now_s) > 0.0:
        stop.check()
        clock.sleep(min(left_s, _SLICE_S))
