"""What the acquisition last said and showed, between its threads and the window's: latest values only.

The acquisition's side stores references; the window's side takes what is latest, about thirty times a second.
Neither ever waits for the other's work.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from qdlab.app.parts import See
from qdlab.gui.look import SecondLook, Seen, Situation
from qdlab.plan import DARK, Lab, Plan, ReadPower, ReadSpectrum, ScanDelays, Step, TakeShots
from qdlab.run import Event, FilmLooked, Paused, Proceeded, RunEnded, RunStarted, StepStarted, Warned


@dataclass(frozen=True)
class Latest:
    """All that can be seen of a run at one moment."""

    opening: bool = False
    step: StepStarted | None = None
    doing: str = ""
    situation: Situation = Situation()
    ended: RunEnded | None = None
    paused: str | None = None
    warning: str = ""
    seen: Seen = Seen()

    @property
    def switched_on(self) -> Situation:
        """What is on: as the steps left it, but no light during a pause."""
        return self.situation if self.paused is None else replace(self.situation, light=DARK)


class Mailbox:
    """Filled by the acquisition's threads, emptied by the window; `recipe` is the run's, called `name`."""

    def __init__(self, recipe: Mapping[str, Any], name: str = "") -> None:
        self.name = name
        self._recipe = recipe
        self._lock = threading.Lock()
        self._latest = Latest()
        self._taken: Latest | None = None
        self._plan: Plan | None = None
        self._second_look: SecondLook | None = None

    def tell(self, event: Event) -> None:
        """Note an event; the listener of a run."""
        match event:
            case RunStarted():
                self._put(opening=True)
            case StepStarted():
                situation = self._latest.situation.after(event.step)
                self._put(opening=False, step=event, doing=self._in_words(event.step), situation=situation)
                if self._second_look is not None and situation.charging:
                    self._second_look.begin_charging(event.step.describe())
            case FilmLooked() if self._second_look is not None:
                self._second_look.see_look(event)
            case Paused(reason):
                self._put(paused=reason)
            case Proceeded():
                self._put(paused=None)
            case Warned(alarm):
                self._put(warning=alarm.message)
            case _:
                pass  # records come by watch(), with their dA; the end by end(), when the bench is closed

    def end(self, status: str, reason: str) -> None:
        """Note that the acquisition is over: the bench is safe and closed, the file too."""
        if self._second_look is not None:
            self._second_look.close()
        self._put(opening=False, situation=Situation(), ended=RunEnded(status, reason))

    def watch(self, plan: Plan, lab: Lab) -> See:
        """Return what sees the records of this plan."""
        self._plan, self._second_look = plan, SecondLook(plan, lab, self._recipe)
        return self._second_look.see

    def take(self) -> Latest | None:
        """Return what is known if anything is new, else None."""
        with self._lock:
            latest = self._latest
        if self._second_look is not None:
            latest = replace(latest, seen=self._second_look.seen())
        if self._taken is not None and _same(latest, self._taken):
            return None
        self._taken = latest
        return latest

    def _in_words(self, step: Step) -> str:
        """Say what a step is for: what it measures, as the plan calls it, or what it sets."""
        if self._plan is None or not isinstance(step, ReadSpectrum | TakeShots | ReadPower | ScanDelays):
            return step.describe()
        meaning, delay_ps = self._plan.stream(step.slot.stream).meaning, self._latest.situation.delay_ps
        at = f" at {delay_ps:g} ps" if isinstance(step, TakeShots) and delay_ps is not None else ""
        return f"{meaning}{at}"

    def _put(self, **changes: object) -> None:
        with self._lock:
            self._latest = replace(self._latest, **changes)  # type: ignore[arg-type]


def _same(one: Latest, other: Latest) -> bool:
    """Whether two are made of the same objects; arrays have no truth value to compare."""
    return all(getattr(one, field.name) is getattr(other, field.name) for field in fields(Latest))
