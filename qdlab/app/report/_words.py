"""Numbers as a person reads them: as many digits as the error deserves."""

from __future__ import annotations

import math
from typing import Any

from qdlab.app._words import number_in_words, threshold_in_words

NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
LEAST, MOST = 1e-3, 1e5
"""Outside of these, numbers are written with a power of ten."""


def measured(value: float | None, error: float | None, *, scale: float = 1.0) -> str:
    """Write "1.525 ± 0.026": two digits of the error, and the value to the same place.

    A dash for what is not known; without an error four digits of the value.
    """
    if value is None:
        return NOTHING
    if error is None or error <= 0.0:
        return number(value * scale)
    value, error = value * scale, error * scale
    if power := _power(value, error):
        shown = measured(value / 10.0**power, error / 10.0**power)
        return f"({shown})·10{_superscript(power)}"
    digits = _places(error)
    return f"{_fixed(value, digits)} ± {_fixed(error, digits)}".replace("-", MINUS)


def number(value: float | None, digits: int | None = None) -> str:
    """Write a number with so many decimals, by default with four digits in all; a dash if there is none."""
    if value is None:
        return NOTHING
    if digits is not None:
        return number_in_words(value, digits).replace("-", MINUS)
    if power := _power(value, abs(value)):
        return f"{value / 10.0**power:.4g}·10{_superscript(power)}".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS)


def rounded(value: float | None, error: float | None) -> str:
    """Write a value to the digits of its error, which stands elsewhere."""
    if value is None or not error:
        return number(value)
    if power := _power(value, error):
        return f"{rounded(value / 10.0**power, error / 10.0**power)}·10{_superscript(power)}"
    return number(value, max(_places(error), 0))


def interval(low: float | None, high: float | None, error: float | None = None) -> str:
    """Write "1.500 to 1.551"; "from 1.500" without an upper end; digits as of an error of half its width."""
    known = [end for end in (low, high) if end is not None]
    if not known:
        return NOTHING
    width = error if error is not None else (known[-1] - known[0]) / 2.0
    if power := _power(max(known, key=abs), 0.0):
        ends = (None if end is None else end / 10.0**power for end in (low, high))
        return f"({interval(next(ends), next(ends), width / 10.0**power)})·10{_superscript(power)}"
    digits = max(_places(width), 0) if width > 0.0 else 3
    if high is None:
        return f"from {number(low, digits)}"
    return f"{number(low, digits)} to {number(high, digits)}"


def threshold(row: dict[str, Any]) -> str:
    """Write a threshold of results.json, or the limit that it is."""
    return threshold_in_words(row).replace("-", MINUS)


def _places(error: float) -> int:
    """Return the decimals that show two digits of an error; negative for tens and hundreds to round to."""
    return 1 - math.floor(math.log10(error) + 1e-9)


def _fixed(value: float, places: int) -> str:
    return f"{round(value, places):.{max(places, 0)}f}"


def _power(value: float, error: float) -> int:
    """Return the power of ten to take out; 0 for numbers of a handy size."""
    size = max(abs(value), error)
    return 0 if size == 0.0 or LEAST <= size < MOST else math.floor(math.log10(size))


def _superscript(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
