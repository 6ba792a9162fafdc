"""What a device is doing, as Bluesky asks for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from bluesky.protocols import Status


class Act(Status):
    """Work under way in the thread of the bench."""

    def __init__(self, future: Future[None]) -> None:
        self._future = future

    def add_callback(self, callback: Callable[[Status], None]) -> None:
        """Call back when the work is over, at once if it is."""
        self._future.add_done_callback(lambda future: callback(self))

    def exception(self, timeout: float | None = 0.0) -> BaseException | None:
        """Return what went wrong, None if nothing did; TimeoutError if the work is not over by then."""
        return self._future.exception(timeout)

    @property
    def done(self) -> bool:
        """Whether the work is over."""
        return self._future.done()

    @property
    def success(self) -> bool:
        """Whether it is over, and nothing went wrong."""
        return self.done and self._future.exception() is None
