"""What a person, a signal or an interlock asks of a run: to end, to pause, to go on."""

from __future__ import annotations

import queue
from contextlib import suppress

from qdlab.clock import Clock
from qdlab.errors import StoppedError

_SLICE_S = 0.1


class StopToken:
    """Says whether somebody asked the run to end or to pause; set from any thread or signal handler.

    A signal handler runs inside whatever its thread is doing. So there is no lock here that it could wait for
    while its own thread holds it: plain flags, and a queue that may be put to at any moment.
    """

    def __init__(self) -> None:
        self._is_stopped = self._is_paused = self._is_ending = False
        self._woken: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.reason = ""
        self.pause_reason = ""

    def request(self, reason: str) -> None:
        """Ask the run to end at the next opportunity, paused or not; the first reason stays."""
        if not self._is_stopped:
            self.reason = reason
            self._is_stopped = True
            self.proceed()

    def check(self) -> None:
        """Raise StoppedError with the reason if a stop was requested."""
        if self._is_stopped:
            raise StoppedError(self.reason)

    def pause(self, reason: str) -> None:
        """Ask the run to wait, dark, before its next step; the first reason stays."""
        if not self._is_paused:
            self.pause_reason = reason
            self._is_paused = True

    def proceed(self) -> None:
        """Let a paused run go on."""
        self._is_paused = False
        self._woken.put(None)

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and has not ended."""
        return self._is_paused and not self._is_stopped

    def stays_paused(self, wait_s: float) -> bool:
        """Wait at most so long for the pause to end, and return whether it has not."""
        with suppress(queue.Empty):
            while self.paused:
                self._woken.get(timeout=wait_s)
        return self.paused

    def is_beginning(self) -> None:
        """Say that a run begins: until it ends, it may be broken into."""
        self._is_ending = False

    def is_ending(self) -> None:
        """Say that the bench is being made safe: from now on nothing may break in, and no pause is left."""
        self._is_ending = True
        self.proceed()

    def break_in(self) -> None:
        """Raise KeyboardInterrupt, once, unless the bench is being made safe already."""
        if not self._is_ending:
            self._is_ending = True
            raise KeyboardInterrupt


def wait_until(time_s: float, clock: Clock, stop: StopToken) -> None:
    """Let the clock reach `time_s`, looking at the stop token about ten times a second."""
    while (left_s := time_s - clock.now_s) > 0.0:
        stop.check()
        clock.sleep(min(left_s, _SLICE_S))
