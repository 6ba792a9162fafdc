"""What every action of a run works with: bench, clock, stop token, interlocks, where records go."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from qdlab.clock import Clock
from qdlab.errors import SafetyError
from qdlab.instruments import Bench
from qdlab.plan import DARK, LIGHT_PATHS, Light, Plan, Record, SamplePosition, Slot
from qdlab.run._events import Listener, Warned
from qdlab.run._stop import StopToken, wait_until
from qdlab.run.interlocks import CellSeen, Panel, Seen

Emit = Callable[[Slot, Record], None]
Note = Callable[[str], None]


def nothing_ahead() -> None:
    """Start nothing early."""


class AgainError(Exception):
    """A reading asks for a pause before its step left anything: the step is to be done again after it."""


@dataclass
class Asked:
    """What the laboratory was last asked to be; it changes as the run goes.

    `potential_v` is None with the cell off and while it is swept; `sent_mm` is where the stage is on its
    way to, `position_mm` where it was last seen standing.
    """

    potential_v: float | None = None
    sample: SamplePosition | None = None
    light: Light = DARK
    sent_mm: float | None = None
    position_mm: float | None = None


@dataclass(frozen=True)
class Session:
    """One carrying out of a plan on an open bench, with the interlocks every reading is shown to.

    `note` adds a line to the run's log; `ahead` starts what can go on while a measured point is looked at;
    `repeatable` says whether the step can be done again if a reading asks for a pause.
    """

    bench: Bench
    plan: Plan
    clock: Clock
    stop: StopToken
    emit: Emit
    panel: Panel
    tell: Listener
    note: Note
    ahead: Callable[[], None] = nothing_ahead
    repeatable: bool = False
    asked: Asked = field(default_factory=Asked)

    def wait_until(self, time_s: float) -> None:
        """Wait for the clock, ready to stop."""
        wait_until(time_s, self.clock, self.stop)

    def set_light(self, paths: Light) -> None:
        """Close what is not wanted, then open what is; shutters that are right already are left alone."""
        for is_open in (False, True):
            for path in LIGHT_PATHS:
                shutter = self.bench.shutters[path]
                if (path in paths) == is_open != shutter.is_open:
                    shutter.set_open(is_open)
        self.asked.light = paths

    def watch(self, seen: Seen) -> None:
        """Show a reading to the interlocks.

        SafetyError if one stops the run; AgainError if one pauses it and the step can be done again.
        """
        for alarm in self.panel.look(seen):
            self.note(f"{alarm.action}: {alarm.message}")
            self.tell(Warned(alarm))
            if alarm.action == "stop":
                raise SafetyError(alarm.message)
            if alarm.action == "pause":
                self.stop.pause(alarm.message)
                if self.repeatable:
                    raise AgainError

    def cell(self) -> tuple[float, float]:
        """Return potential in V and current in A, NaN with no cell on; SafetyError beyond a limit."""
        potentiostat = self.bench.potentiostat
        if not self.bench.has("potentiostat") or not potentiostat.cell_on:
            return math.nan, math.nan
        reading = potentiostat.measure()
        self.watch(
            CellSeen(
                self.clock.now_s,
                reading.potential_v,
                reading.current_a,
                reading.overload,
                self.asked.potential_v,
            )
        )
        return reading.potential_v, reading.current_a
