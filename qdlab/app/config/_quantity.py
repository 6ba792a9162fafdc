"""Numbers as a person may type them: plain, in the unit of the key, or text with another unit of the kind."""

from __future__ import annotations

import re
from typing import Any

_QUANTITY = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)")
"""A number and its unit. Not left to pint: to it "-0,3 V" is -3 V, and a typographic minus nothing at all."""
_MINUS = "\N{MINUS SIGN}"


def to_unit(value: Any, unit: str | None) -> Any:
    """Return a number for text such as "-300 mV", in `unit`; anything but text with a unit stays as it is.

    Raises ValueError, saying what would be right, if the text is no quantity of that kind.
    """
    if isinstance(value, list):
        return [_item(item, unit) for item in value]
    if not isinstance(value, str):
        return value
    import pint

    wanted = f"a number in {unit} is wanted here" if unit else "a plain number is wanted here"
    parts = _QUANTITY.fullmatch(value.strip().replace(_MINUS, "-"))
    if parts is None or parts[2].startswith(","):
        raise ValueError(wanted + (", with a decimal point, not a comma" if "," in value else ""))
    try:
        converted: float = pint.Quantity(float(parts[1]), parts[2]).to(unit or "dimensionless").magnitude
        return float(f"{converted:.15g}")  # 5 ns is 5000 ps, not 5000.000000000001 ps
    except (pint.PintError, AttributeError, TypeError, ValueError, AssertionError) as error:
        raise ValueError(wanted) from error


def _item(value: Any, unit: str | None) -> Any:
    """Return an item of a list as to_unit() does; ValueError names the item."""
    try:
        return to_unit(value, unit)
    except ValueError as error:
        raise ValueError(f"{value!r}: {error}") from error
