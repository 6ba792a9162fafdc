"""Numbers as a person may type them: plain, in the unit of the key, or text with another unit of the kind."""

from __future__ import annotations

from typing import Any


def to_unit(value: Any, unit: str | None) -> Any:
    """Return a number for text such as "-300 mV", in `unit`; anything but text with a unit stays as it is.

    Raises ValueError, saying what would be right, if the text is no quantity of that kind.
    """
    if isinstance(value, list):
        return [to_unit(item, unit) for item in value]
    if not isinstance(value, str):
        return value
    import pint

    try:
        converted: float = pint.Quantity(value).to(unit or "dimensionless").magnitude
        return float(f"{converted:.15g}")  # 5 ns is 5000 ps, not 5000.000000000001 ps
    except (pint.PintError, AttributeError, TypeError, ValueError, AssertionError) as error:
        wanted = f"a number in {unit}" if unit else "a plain number"
        raise ValueError(f"{wanted} is wanted here") from error
