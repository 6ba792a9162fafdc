"""A stream: all records of one kind in a run, as an array whose axes are the experiment's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from qdlab.plan._records import Chosen, Record, columns

CHOSEN = "chosen_"
"""What the name of a stream of chosen coordinates begins with; the name of the axis follows."""


MOST_RECORDS = 500_000
"""More than a week of points takes; a plan beyond it is a slip of the pen, and would not fit memory."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A named axis with its values, known before the run: potential, fluence, delay, wavelength."""

    name: str
    unit: str
    values: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one record belongs: a stream and an index into its axes."""

    stream: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Records of one kind over `axes`; `inner` gives the length, or the axis, of each inner dimension."""

    name: str
    record: type[Record]
    meaning: str
    axes: tuple[Axis, ...] = ()
    inner: Mapping[str, int | Axis] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many records there are along each axis."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def n_records(self) -> int:
        """How many records the stream holds; one if it has no axes."""
        return math.prod(self.shape)

    def inner_length(self, dim: str) -> int:
        """Return the length of one inner dimension."""
        extent = self.inner[dim]
        return extent if isinstance(extent, int) else len(extent)

    @property
    def n_bytes(self) -> int:
        """Size of all records on disk."""
        per_record = sum(
            np.dtype(item.dtype).itemsize * math.prod(self.inner_length(dim) for dim in item.dims)
            for item in columns(self.record)
        )
        return per_record * self.n_records

    def slot(self, *index: int) -> Slot:
        """Return the place of one record; IndexError if there is no such place."""
        if len(index) != len(self.axes) or any(
            not 0 <= i < n for i, n in zip(index, self.shape, strict=True)
        ):
            raise IndexError(f"stream {self.name!r} of shape {self.shape} has no record {index}")
        return Slot(self.name, index)


def too_many_records(streams: Iterable[Stream]) -> str | None:
    """Say by which streams a plan has more than MOST_RECORDS records, or None if it does not."""
    known = {stream.name: stream.n_records for stream in streams}
    if (total := sum(known.values())) <= MOST_RECORDS:
        return None
    most = max(known, key=lambda name: known[name])
    return (
        f"{total} records, {known[most]} of them in {most!r}, are more than the {MOST_RECORDS} of one run; "
        "measure fewer potentials, fluences or delays, or in several runs"
    )


def axis_to_choose(name: str, unit: str, n: int) -> Axis:
    """Return an axis whose `n` values the run itself chooses: not a number until then."""
    return Axis(name, unit, (math.nan,) * n)


def chosen_along(*axes: Axis) -> Stream:
    """Return the stream of the values chosen for the last axis, at each place of the axes before it."""
    chosen = axes[-1]
    return Stream(f"{CHOSEN}{chosen.name}", Chosen, f"{chosen.name} as the run chose it", axes)
