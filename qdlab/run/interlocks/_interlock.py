"""What an interlock is: one thing that is watched against one limit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final

from qdlab.instruments import Action

WELL: Final = ""
"""What an interlock says of a reading that is within its limit."""


class Interlock(ABC):
    """Holds readings against a limit.

    `limit` names the field of Safety that it keeps, `action` is what usually happens beyond it, and
    `looks_at` are the kinds of readings it wants to see.
    """

    limit: ClassVar[str]
    action: ClassVar[Action]
    looks_at: ClassVar[tuple[type, ...]]

    @abstractmethod
    def look(self, seen: Any) -> str | None:
        """Say what is wrong: thing, value, limit, unit, what to do.

        WELL if nothing is; None if this reading cannot tell.
        """
