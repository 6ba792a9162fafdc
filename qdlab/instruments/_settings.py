"""What an instrument is set to, read from it by the properties that its Protocols declare."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qdlab.errors import InstrumentError
from qdlab.instruments._instrument import Instrument
from qdlab.limits import Range

_ROOM = __package__


def settings(instrument: Instrument) -> dict[str, Any]:
    """Return every plain property of an open instrument by name: numbers, texts, truth values, ranges.

    One that the instrument does not tell now says why not; arrays, such as a wavelength axis, are left out.
    """
    told = {name: _ask(instrument, name) for name in _declared(type(instrument))}
    return {name: value for name, value in told.items() if isinstance(value, bool | int | float | str | dict)}


def _declared(kind: type) -> list[str]:
    """Return the properties that the Protocols among an instrument's bases declare."""
    protocols = [base for base in kind.__mro__ if base.__module__.startswith(f"{_ROOM}.")]
    declared = {name for base in protocols for name, item in vars(base).items() if isinstance(item, property)}
    return sorted(declared)


def _ask(instrument: Instrument, name: str) -> Any:
    try:
        value = getattr(instrument, name)
    except InstrumentError as error:
        return f"not told: {error}"
    return asdict(value) if isinstance(value, Range) else value
