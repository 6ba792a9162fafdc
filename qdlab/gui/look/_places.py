"""Where records belong in words and numbers: axes known beforehand, and those that the run chooses."""

from __future__ import annotations

import math

from qdlab.plan import CHOSEN, Slot, Stream


class Places:
    """The values of axes at the places of records; NaN where the run has not chosen yet."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, tuple[int, ...]], float] = {}

    def choose(self, slot: Slot, value: float) -> None:
        """Note what the run chose at a place of a stream of choices."""
        self._chosen[slot.stream.removeprefix(CHOSEN), slot.index] = value

    def at(self, stream: Stream, index: tuple[int, ...]) -> dict[str, float]:
        """Return the values of the outermost axes of a stream at an index, by name."""
        return {
            axis.name: self._chosen.get((axis.name, index[: k + 1]), axis.values[i])
            for k, (axis, i) in enumerate(zip(stream.axes, index, strict=False))
        }

    def in_words(self, stream: Stream, index: tuple[int, ...]) -> str:
        """Say where a record is; nothing of what is not chosen yet."""
        known = {name: value for name, value in self.at(stream, index).items() if not math.isnan(value)}
        return ", ".join(_axis_in_words(name, value) for name, value in known.items())


def _axis_in_words(axis: str, value: float) -> str:
    """Say the value of an axis."""
    match axis:
        case "potential_v":
            return f"{value:+.3f} V"
        case "fluence_cm2":
            return f"{value:.3g} photons/cm²"
        case _:
            return f"{axis} {value:g}"
