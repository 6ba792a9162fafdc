"""Parameter types that PyMeasure lacks: lists of numbers with limits, windows, and text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pymeasure.experiment import Parameter, VectorParameter

from qdlab.plan import MOST_RECORDS


class FloatListParameter(VectorParameter):  # type: ignore[misc]
    """A vector of any length, its numbers within limits; PyMeasure's own has a fixed length and no limits.

    Accepts a list, or the text a form gives: "-0.3, -1.2" with or without square brackets.
    """

    def __init__(
        self,
        name: str,
        units: str | None = None,
        minimum: float = -1e9,
        maximum: float = 1e9,
        *,
        may_be_empty: bool = False,
        **options: Any,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.may_be_empty = may_be_empty
        super().__init__(name, length=0, units=units, **options)

    def convert(self, value: str | Iterable[float]) -> list[float]:
        """Return the values as floats; ValueError naming the first that is out of limits."""
        parts = value.strip().strip("[]").split(",") if isinstance(value, str) else value
        numbers = [float(part) for part in parts if part != ""]
        if not numbers and not self.may_be_empty:
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


class DelayListParameter(FloatListParameter):
    """Delays: numbers, and ranges such as "-1 to 2 step 0.1" and "2 to 2500 log 30".

    "log 30" is 30 delays, both ends among them, evenly spaced by ratio. An end that two neighbouring ranges
    share counts once. Values of ranges are rounded to a femtosecond.
    """

    def convert(self, value: str | Iterable[float | str]) -> list[float]:
        """Return the delays in the order given; ValueError for what is neither number nor range."""
        parts = value.strip().strip("[]").split(",") if isinstance(value, str) else value
        return super().convert(self.unroll(parts))

    def unroll(self, parts: Iterable[float | str]) -> list[Any]:
        """Return the parts with every range in the place of its text; other text stays."""
        delays: list[Any] = []
        for part in parts:
            values = list(_in_range(part)) if isinstance(part, str) else [part]
            delays += values[1:] if delays and delays[-1] == values[0] and isinstance(part, str) else values
        return delays


_NUMBER = r"([-+]?[\d.]+(?:e[-+]?\d+)?)"
_RANGE = re.compile(rf"\s*{_NUMBER} +to +{_NUMBER} +(step|log) +{_NUMBER}\s*", re.IGNORECASE)


def _in_range(text: str) -> Iterator[float | str]:
    """Yield the delays of a range, or the text itself if it is none; ValueError for a range of nothing."""
    if (found := _RANGE.fullmatch(text)) is None:
        yield text
        return
    first, last, size = float(found[1]), float(found[2]), float(found[4])
    delays = _by_step if found[3].lower() == "step" else _by_ratio
    yield from (round(delay, 3) for delay in delays(text.strip(), first, last, size))


def _by_step(text: str, first: float, last: float, step: float) -> Iterator[float]:
    if not (last - first) * step > 0.0:
        raise ValueError(f'"{text}": the step does not lead from {first:g} to {last:g}')
    n = _at_most(text, (last - first) / step + 1.0 + 1e-9)
    yield from (first + k * step for k in range(n))


def _by_ratio(text: str, first: float, last: float, size: float) -> Iterator[float]:
    if not (size >= 2 and size % 1.0 == 0.0 and first > 0.0 and last > 0.0):
        raise ValueError(f'"{text}": log takes delays above zero, and how many of them, from 2 on')
    n = _at_most(text, size)
    yield from (first * math.pow(last / first, k / (n - 1)) for k in range(n))


def _at_most(text: str, n: float) -> int:
    """Return how many delays a range has; ValueError, before they are made, if no run takes so many."""
    if not n <= MOST_RECORDS:
        raise ValueError(f'"{text}": these are more than the {MOST_RECORDS} records of one run')
    return int(n)


class TextParameter(Parameter):  # type: ignore[misc]
    """A line of text."""

    def convert(self, value: object) -> str:
        """Return the text."""
        return str(value)


class KnownPotentialParameter(TextParameter):
    """A potential ("-0.47 V", "-470 mV"), or "not known"; a text, as no number says that nothing is known."""

    UNKNOWN = "not known"
    LIMIT_V = 5.0

    def convert(self, value: object) -> str:
        """Return the text; ValueError unless it is a potential within 5 V, or "not known"."""
        text = super().convert(value).strip()
        if not abs(0.0 if text == self.UNKNOWN else _volts(text)) <= self.LIMIT_V:
            raise ValueError(f"{text} is outside -{self.LIMIT_V:g} to {self.LIMIT_V:g} V")
        return text

    @classmethod
    def volts(cls, text: str) -> float:
        """Return the potential in V, NaN if it is not known."""
        return math.nan if text == cls.UNKNOWN else _volts(text)


_POTENTIAL = re.compile(rf"{_NUMBER}\s*(V|mV|)", re.IGNORECASE)


def _volts(text: str) -> float:
    found = _POTENTIAL.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
    number, unit = found.groups() if found else (text, "")
    try:
        return float(number) * (1e-3 if unit.lower() == "mv" else 1.0)
    except ValueError:
        raise ValueError('a potential such as "-0.47 V", or "not known", is wanted here') from None
