"""Hold a value against its parameter; PyMeasure's own messages name neither value nor limits."""

from __future__ import annotations

from typing import Any

from pymeasure.experiment import IntegerParameter, Parameter


def taken(parameter: Parameter, value: Any) -> Any:
    """Return the value as the parameter takes it; ValueError saying what would be right if it takes none.

    Numbers are in the parameter's unit.
    """
    if hasattr(parameter, "unroll") and isinstance(value, list):
        value = parameter.unroll(value)
    if hasattr(parameter, "minimum"):
        _check_numbers(parameter, value)
    elif not isinstance(value, type(parameter.default)):
        wanted = "true or false" if isinstance(parameter.default, bool) else "text"
        raise ValueError(f"{wanted} is wanted here")
    return parameter.convert(value)


def _check_numbers(parameter: Parameter, value: Any) -> None:
    wants_list, unit = isinstance(parameter.default, list), getattr(parameter, "units", None)
    if wants_list != isinstance(value, list):
        raise ValueError("a list of numbers is wanted here" if wants_list else "one number is wanted here")
    for number in value if wants_list else [value]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"a number{f' in {unit}' if unit else ''} is wanted here")  # noqa: TRY004
        if not parameter.minimum <= number <= parameter.maximum:
            limits = f"{parameter.minimum:g} to {parameter.maximum:g}{f' {unit}' if unit else ''}"
            raise ValueError(f"{number:g} is outside {limits}")
        if isinstance(parameter, IntegerParameter) and number != int(number):
            raise ValueError("a whole number is wanted here")
