"""The panel: all interlocks of a run, and what each of them makes happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qdlab.instruments import Action
from qdlab.run.interlocks._interlock import Interlock
from qdlab.run.interlocks._seen import Seen


@dataclass(frozen=True, slots=True)
class Alarm:
    """A limit that was passed: its name in the bench's [safety], what happens, and why, in words."""

    limit: str
    action: Action
    message: str


class Panel:
    """Shows readings to the interlocks that want them; an alarm sounds once, until all is well again."""

    def __init__(self, interlocks: Iterable[Interlock], actions: Mapping[str, Action] | None = None) -> None:
        self._actions = {} if actions is None else actions
        self._on: set[str] = set()
        self._watching: dict[type, list[Interlock]] = {}
        for interlock in interlocks:
            for kind in interlock.looks_at:
                self._watching.setdefault(kind, []).append(interlock)

    def look(self, seen: Seen) -> Iterator[Alarm]:
        """Yield the alarms that a reading sets off."""
        for interlock in self._watching.get(type(seen), ()):
            message = interlock.look(seen)
            if message is None:
                self._on.discard(interlock.limit)
            elif interlock.limit not in self._on:
                self._on.add(interlock.limit)
                action = self._actions.get(interlock.limit, interlock.action)
                yield Alarm(interlock.limit, action, message)

    def recall(self, seen: Seen) -> None:
        """Show a reading of an earlier session: what comes is held against it, itself it sets off nothing."""
        for interlock in self._watching.get(type(seen), ()):
            interlock.look(seen)
