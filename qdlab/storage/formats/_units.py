"""Units of numbers in files that do not say them: a person is asked, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError

# A whole factor and a whole divisor: rounded once, so that 7 fs is 0.007 ps to the last bit.
TIME_UNITS = {"fs": (1, 1000), "ps": (1, 1), "ns": (10**3, 1), "us": (10**6, 1), "ms": (10**9, 1)}
DA_UNITS = {"OD": (1, 1), "mOD": (1, 10**3), "uOD": (1, 10**6)}
SPECTRUM_UNITS = {**DA_UNITS, "counts": (1, 1)}

QUANTITIES = {
    "time": ("delays", "--time-unit", TIME_UNITS),
    "delta_a": ("dA", "--da-unit", DA_UNITS),
    "spectrum": ("spectra", "--spectrum-unit", SPECTRUM_UNITS),
}


@dataclass(frozen=True)
class Units:
    """The units a person gives for a file, None where nothing is given."""

    time: str | None = None
    delta_a: str | None = None
    spectrum: str | None = None

    def settle(self, path: Path, said: Mapping[str, str | None]) -> dict[str, str]:
        """Return the unit of each quantity in `said`: what the file says (None: nothing) or the person.

        InputError with everything that is missing, unknown or contradictory.
        """
        said = {name: None if unit is None else _plain(unit) for name, unit in said.items()}
        found = [self._problem(name, said) for name in QUANTITIES]
        if problems := [f"{path}: {problem}" for problem in found if problem]:
            raise InputError(*problems)
        return {name: unit or getattr(self, name) for name, unit in said.items()}

    def _problem(self, name: str, said: Mapping[str, str | None]) -> str | None:
        """Return what is wrong with one quantity, or None."""
        what, option, known = QUANTITIES[name]
        given: str | None = getattr(self, name)
        names = ", ".join(known)
        if given is not None and given not in known:
            return f"{option} {given!r} is not known; give one of {names}"
        if name not in said:
            return None if given is None else f"there are no {what} in it; leave {option} out"
        unit = said[name]
        if unit is None:
            return None if given else f"it does not say the unit of its {what}; give {option}, one of {names}"
        if unit not in known:
            return f"its {what} are in {unit!r}, which qdlab does not know; export them in {names}"
        return (
            f"it says that its {what} are in {unit}; leave {option} out"
            if given not in (None, unit)
            else None
        )


def convert(values: NDArray[np.float64], quantity: str, unit: str) -> NDArray[np.float64]:
    """Return values in ps, OD or counts."""
    factor, divisor = QUANTITIES[quantity][2][unit]
    return values * factor / divisor


def _plain(unit: str) -> str:
    return unit.strip().replace("µ", "u").replace("μ", "u")
