"""What a person should know about a reduction: what is missing and why, what was taken instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from qdlab.analysis._missing import MissingDataError

P = ParamSpec("P")
T = TypeVar("T")


class Notes(list[str]):
    """Remarks in the order they came up, each once."""

    def add(self, remark: str) -> None:
        """Note something, unless it is noted already."""
        if remark not in self:
            self.append(remark)

    def attempt(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what a step of the reduction gives, or note what it lacks and return None."""
        try:
            return step(*args, **kwargs)
        except MissingDataError as missing:
            self.add(str(missing))
            return None
