"""What every step is, and the steps that only say something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qdlab.plan._streams import CHOSEN, Slot

_CHOSEN_UNITS = {"v": "V", "cm2": "photons/cm2"}
"""How a person writes the unit that an axis' name ends with."""


@dataclass(frozen=True)
class Step:
    """The base of all steps; `uses` names the instruments it cannot do without, by role."""

    uses: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return type(self).__name__


@dataclass(frozen=True)
class Choose(Step):
    """Note a coordinate that the run has chosen; `slot` is in a stream made by `chosen_along`."""

    slot: Slot
    value: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        quantity, _, unit = self.slot.stream.removeprefix(CHOSEN).rpartition("_")
        return f"{quantity} chosen: {self.value:.4g} {_CHOSEN_UNITS.get(unit, unit)}"


@dataclass(frozen=True)
class Remark(Step):
    """Say something to whoever follows the run: why a script goes on to something else."""

    text: str

    def describe(self) -> str:
        """Say it."""
        return self.text
