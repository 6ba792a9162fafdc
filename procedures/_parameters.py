"""Parameter types that PyMeasure lacks: lists of numbers with limits, windows, and text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymeasure.experiment import Parameter, VectorParameter


class FloatListParameter(VectorParameter):  # type: ignore[misc]
    """A vector of any length, its numbers within limits; PyMeasure's own has a fixed length and no limits.

    Accepts a list, or the text a form gives: "-0.3, -1.2" with or without square brackets.
    """

    def __init__(
        self, name: str, units: str | None = None, minimum: float = -1e9, maximum: float = 1e9, **options: Any
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(name, length=0, units=units, **options)

    def convert(self, value: str | Iterable[float]) -> list[float]:
        """Return the values as floats; ValueError naming the first that is out of limits."""
        parts = value.strip().strip("[]").split(",") if isinstance(value, str) else value
        numbers = [float(part) for part in parts]
        if not numbers:
            raise ValueError("the list is empty")
        for number in numbers:
            if not self.minimum <= number <= self.maximum:
                limits = f"{self.minimum:g} to {self.maximum:g} {self.units or ''}"
                raise ValueError(f"{number:g} is outside {limits.strip()}")
        return numbers

    def __str__(self) -> str:
        return ", ".join(repr(number) for number in self._value) if self.is_set() else ""


class WindowParameter(FloatListParameter):
    """Two numbers, low and high."""

    def convert(self, value: str | Iterable[float]) -> list[float]:
        """Return low and high; ValueError unless there are two and they rise."""
        numbers = super().convert(value)
        if len(numbers) != 2 or numbers[0] >= numbers[1]:
            raise ValueError("a window is two numbers, the lower one first")
        return numbers


class TextParameter(Parameter):  # type: ignore[misc]
    """A line of text."""

    def convert(self, value: object) -> str:
        """Return the text."""
        return str(value)
