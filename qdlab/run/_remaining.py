"""What is left to do of a run that was cut off: the missing measurements, under the conditions they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from qdlab.plan import Plan, Record, SamplePosition, Script, Seen, Slot, Step, in_order, slots_of
from qdlab.run._conditions import Conditions
from qdlab.run._views import is_compared

Recall = Callable[[Step, Slot, Record, SamplePosition | None], None]
"""Shows what an earlier session measured in a step, of which sample, to whoever compares with it."""


@runtime_checkable
class Kept(Protocol):
    """What earlier sessions of a run left: an ability of a sink."""

    @property
    def n_done(self) -> int:
        """How many records there are."""

    def is_done(self, slot: Slot) -> bool:
        """Tell whether a record is there."""

    def read(self, slot: Slot) -> Record:
        """Return a record that is there."""

    def discard(self, slots: Iterable[Slot]) -> None:
        """Let records count as not there."""


def discard_halves(plan: Plan, kept: Kept) -> Iterator[str]:
    """Drop what a step left that was cut off in the middle, as a sweep with its spectra; say so in words."""
    for step in plan:
        slots = slots_of(step)
        n_there = sum(kept.is_done(slot) for slot in slots)
        if 0 < n_there < len(slots):
            kept.discard(slots)
            yield f"{step.describe()}: cut off after {n_there} of {len(slots)} records, measured again"


def remaining(plan: Plan, kept: Kept, recall: Recall) -> Script:
    """Yield the steps of a plan whose records are not there, each under the conditions that hold in the plan.

    What was set by steps that are not performed is set again before the first measurement that needs it:
    sample, potential (until the film is settled), chopper, the scan about time zero, fluence and its power,
    light, delay. Of records that are there already, such steps leave nothing but a look for the interlocks.
    """
    conditions = Conditions(plan)
    script = plan.begin()
    step = next(script, None)
    while step is not None:
        slots, seen = slots_of(step), dict[Slot, Record]()
        if not all(map(kept.is_done, slots)):
            yield from in_order(conditions.before(step))
            seen = dict((yield step) or {})
        else:
            seen = _recalled(step, slots, plan, kept, recall, conditions.sample)
            conditions.pass_over(step)
        step = _after(script, seen)


def _after(script: Script, seen: Seen) -> Step | None:
    try:
        return script.send(seen)
    except StopIteration:
        return None


def _recalled(
    step: Step, slots: tuple[Slot, ...], plan: Plan, kept: Kept, recall: Recall, sample: SamplePosition | None
) -> dict[Slot, Record]:
    """Return the records of a step from the file, if anybody wants to know them."""
    if not slots or not (plan.chooses or is_compared(step, plan)):
        return {}
    records = {slot: kept.read(slot) for slot in slots}
    for slot, record in records.items():
        recall(step, slot, record, sample)
    return records
