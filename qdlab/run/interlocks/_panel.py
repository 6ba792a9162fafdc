"""The panel: all interlocks of a run, and what each of them makes happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qdlab.instruments import Action
from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import Seen


@dataclass(frozen=True, slots=True)
class Alarm:
    """A limit that was passed: its name in the bench's [safety], what happens, and why, in words."""

    limit: str
    action: Action
    message: str


class Panel:
    """Shows readings to the interlocks that want them.

    An alarm sounds once, until a reading shows that all is well.
    """

    def __init__(self, interlocks: Iterable[Interlock], actions: Mapping[str, Action] | None = None) -> None:
        self._actions = {} if actions is None else actions
        self._on: dict[str, Action] = {}
        self._excused: set[str] = set()
        self._watching: dict[type, list[Interlock]] = {}
        for interlock in interlocks:
            for kind in interlock.looks_at:
                self._watching.setdefault(kind, []).append(interlock)

    def look(self, seen: Seen) -> Iterator[Alarm]:
        """Yield the alarms that a reading sets off."""
        for interlock in self._watching.get(type(seen), ()):
            message = interlock.look(seen)
            if message is None:
                continue
            if message == WELL:
                self._on.pop(interlock.limit, None)
                self._excused.discard(interlock.limit)
            elif interlock.limit not in self._on:
                action = self._on[interlock.limit] = self._action(interlock)
                yield Alarm(interlock.limit, action, message)

    def excuse(self) -> None:
        """Take the word of a person who lets a run go on: what is still wrong is told, but pauses no more."""
        self._excused |= {limit for limit, action in self._on.items() if action == "pause"}
        self._on = {limit: action for limit, action in self._on.items() if action != "pause"}

    def recall(self, seen: Seen) -> None:
        """Show a reading of an earlier session: what comes is held against it, itself it sets off nothing."""
        for interlock in self._watching.get(type(seen), ()):
            interlock.look(seen)

    def _action(self, interlock: Interlock) -> Action:
        if interlock.limit in self._excused:
            return "warn"
        return self._actions.get(interlock.limit, interlock.action)
