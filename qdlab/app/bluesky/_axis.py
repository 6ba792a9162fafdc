"""One quantity of the bench that can be set and read back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from bluesky.protocols import Location, Reading, Status
from event_model import DataKey

from qdlab.app.bluesky._status import Act
from qdlab.clock import Clock
from qdlab.limits import Range


@dataclass(eq=False)
class AxisDevice:
    """A delay, a potential, a transmission: named as in run files, in the unit told by describe().

    `move` sets it and waits, `halt` ends a move, `make_safe` leaves the instrument as it may be left alone.
    """

    name: str
    unit: str
    limits: Range
    clock: Clock
    worker: Executor
    read_back: Callable[[], float]
    move: Callable[[float], None]
    halt: Callable[[], None]
    make_safe: Callable[[], None]
    parent: None = None
    _wanted: float | None = field(default=None, init=False)

    @property
    def hints(self) -> dict[str, list[str]]:
        """Return what is to be plotted."""
        return {"fields": [self.name]}

    def check_value(self, value: float) -> None:
        """Raise LimitError if the value is outside the limits."""
        self.limits.require(self.name, value)

    def set(self, value: float) -> Status:
        """Set the value; LimitError before anything moves."""
        self.check_value(value)
        self._wanted = value
        return Act(self.worker.submit(self.move, value))

    def locate(self) -> Location[float]:
        """Return where it was last asked to go, and where it is."""
        readback = self.read_back()
        return Location(setpoint=readback if self._wanted is None else self._wanted, readback=readback)

    def read(self) -> dict[str, Reading[float]]:
        """Return the value read back."""
        return {self.name: Reading(value=self.read_back(), timestamp=self.clock.date.timestamp())}

    def describe(self) -> dict[str, DataKey]:
        """Return what read() gives."""
        return {self.name: DataKey(source="qdlab", dtype="number", shape=[], units=self.unit)}

    def stop(self, success: bool = True) -> None:
        """End a move; make safe if the plan failed. At its good end a potential or a fluence stays."""
        if success:
            self.halt()
        else:
            self.make_safe()

    def stage(self) -> list[object]:
        """Do nothing: an axis needs no preparation."""
        return [self]

    def unstage(self) -> list[object]:
        """Do nothing."""
        return [self]
