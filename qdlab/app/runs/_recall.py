"""What a resumed run has measured already, shown to whoever watches it as if it were measured now."""

from __future__ import annotations

import logging

from qdlab.app.runs._first_look import See
from qdlab.errors import StorageError
from qdlab.plan import Plan, Slot, slots_of
from qdlab.storage import RunWriter

log = logging.getLogger(__name__)

RECALLED_BYTES = 256_000_000
"""Of each stream: about as much as is read in a second; of more, the latest records."""


def recall(file: RunWriter, plan: Plan, see: See) -> None:
    """Let the records of a file be seen in the order in which they were measured.

    One that cannot be read is left out: nothing of the run rests on it.
    """
    for slot in _latest(file, plan):
        try:
            record = file.read(slot)
        except StorageError as error:
            log.warning("%s", error)
        else:
            see(slot, record)


def _latest(file: RunWriter, plan: Plan) -> list[Slot]:
    """Return the places of the latest records of every stream, as many as there is time for."""
    n_bytes = {stream.name: stream.n_bytes / max(stream.n_records, 1) for stream in plan.streams}
    room = dict.fromkeys(n_bytes, float(RECALLED_BYTES))
    kept = []
    for slot in reversed([slot for step in plan for slot in slots_of(step)]):
        if room[slot.stream] > 0.0 and file.is_done(slot):
            room[slot.stream] -= n_bytes[slot.stream]
            kept.append(slot)
    return kept[::-1]
