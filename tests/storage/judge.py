"""What must hold for any file a run can have left: nothing acknowledged is missing, nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import xarray as xr
from storage_cases import make_record

from qdlab.plan import Plan, Slot, columns
from qdlab.storage import open_run


def check(path: Path, plan: Plan, acknowledged: Iterable[Slot] = ()) -> int:
    """Hold a file against what was written; return how many records it shows as good."""
    with open_run(path) as tree:
        shown = set(shown_slots(tree, plan))
        lost = set(acknowledged) - shown
        assert not lost, f"acknowledged and lost: {lost}"
        for stream in plan.streams:
            check_axes(tree, plan, stream.name)
        for slot in shown:
            check_record(tree, plan, slot)
    return len(shown)


def shown_slots(tree: xr.DataTree, plan: Plan) -> Iterable[Slot]:
    for stream in plan.streams:
        done = np.asarray(tree[stream.name].to_dataset().done.values)
        for index in np.ndindex(stream.shape):
            if done[index]:
                yield stream.slot(*index)


def check_record(tree: xr.DataTree, plan: Plan, slot: Slot) -> None:
    stream, found = plan.stream(slot.stream), tree[slot.stream].to_dataset()
    record = make_record(stream, slot.index)
    for item in columns(stream.record):
        # A wrong number shown as good is the one thing that must never be.
        np.testing.assert_array_equal(
            found[item.name][slot.index].values, getattr(record, item.name), str(slot)
        )


def check_axes(tree: xr.DataTree, plan: Plan, name: str) -> None:
    for axis in plan.stream(name).axes:
        np.testing.assert_array_equal(tree[name].to_dataset()[axis.name].values, axis.values)
