"""Plans that choose: a script yields the next step when it has seen what the last one left."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping

from qdlab.plan._records import Chosen, Record
from qdlab.plan._steps import Choose, CyclePotential, Step
from qdlab.plan._streams import Slot

Seen = Mapping[Slot, Record]
"""The records that one step left; empty for a step that measures nothing."""

Script = Generator[Step, Seen, None]
"""Yields a step and is sent what it left.

Its choices depend on nothing but what it was sent: sent the records of a file, it chooses the same again,
so that a run can be resumed. Steps that are fixed are given by `yield from in_order(steps)`.
"""

MakeScript = Callable[[], Script]


def in_order(steps: Iterable[Step]) -> Script:
    """Yield steps one after another, whatever they leave."""
    # Not `yield from`: that would send to what is iterated, which need not be a generator.
    for step in steps:  # noqa: UP028
        yield step


def watched(steps: Iterable[Step], see: Iterable[Callable[[Seen], None]]) -> Script:
    """Yield steps one after another, and show each of `see` what they leave."""
    for step in steps:
        seen = yield step
        for watch in see:
            watch(seen)


def choose(slot: Slot, value: float) -> Generator[Step, Seen, float]:
    """Note a coordinate that was chosen, and return it as it is noted.

    In a run that is resumed that is what the file has: what was measured there stays what it was called.
    """
    seen = yield Choose(slot, value)
    noted = seen.get(slot)
    return noted.value if isinstance(noted, Chosen) else value


def slots_of(step: Step) -> tuple[Slot, ...]:
    """Return the places of all records that a step leaves; none for one that only sets something."""
    slot = getattr(step, "slot", None)
    own = () if slot is None else (slot,)
    if isinstance(step, CyclePotential):
        streams = (step.absorption_stream, step.pl_stream)
        return (*own, *(Slot(name, (k,)) for k in range(step.n_spectra) for name in streams))
    return own
