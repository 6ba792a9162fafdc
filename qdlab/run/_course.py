"""The course of a run: the steps to perform, and, where a plan does not choose, those that come after."""

from __future__ import annotations

from collections import deque
from types import TracebackType

from qdlab.plan import (
    Lab,
    MoveDelay,
    Plan,
    Script,
    Seen,
    Step,
    Stopwatch,
    TakeShots,
    estimate,
)


class Course:
    """Gives one step after another; a context manager that closes the script behind it.

    What a script chooses is known only when it has seen what the last step left (`chooses`).
    """

    def __init__(self, script: Script, *, chooses: bool) -> None:
        self._script = script
        self._known: deque[Step] | None = None if chooses else deque(script)
        self._is_begun = False

    def next(self, seen: Seen) -> Step | None:
        """Return the next step, given what the last one left; None at the end."""
        if self._known is not None:
            return self._known.popleft() if self._known else None
        try:
            if self._is_begun:
                return self._script.send(seen)
            self._is_begun = True
            return next(self._script)
        except StopIteration:
            return None

    def expected(self, plan: Plan, lab: Lab) -> tuple[int, float]:
        """Return how many steps there are to come, at most, and how long they take in s."""
        if self._known is None:
            return len(plan), estimate(plan, lab).duration_s
        watch = Stopwatch.at_start(lab)
        return len(self._known), sum(watch.lap_s(step) for step in self._known)

    def next_move(self) -> MoveDelay | None:
        """Return the move of the stage that comes before the next shots, if that is known."""
        for step in self._known or ():
            if isinstance(step, MoveDelay):
                return step
            if isinstance(step, TakeShots):
                return None
        return None

    def __enter__(self) -> Course:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._script.close()
