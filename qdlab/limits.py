"""A closed range with a unit: the one way a value is held against a limit."""

from __future__ import annotations

from dataclasses import dataclass

from qdlab.errors import LimitError


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high`, both included, in `unit`."""

    low: float
    high: float
    unit: str

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"a range needs low <= high, not {self.low} to {self.high} {self.unit}")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()

    def problem(self, what: str, value: float) -> str | None:
        """Say what is wrong with `value`, or None if nothing is (NaN is never inside)."""
        return None if value in self else f"{what}: {f'{value:g} {self.unit}'.rstrip()} is outside {self}"

    def require(self, what: str, value: float) -> float:
        """Return `value` unchanged, or raise LimitError naming `what`, the value, the limits and the unit."""
        if message := self.problem(what, value):
            raise LimitError(message)
        return value
