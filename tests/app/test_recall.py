"""Who watches a resumed run sees first what is in the file, in the order in which it was measured."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from procedures import GainThresholdMap
from qdlab.app.parts import Recipe, carry_out, load_bench, resume
from qdlab.app.runs import _recall
from qdlab.errors import StoppedError
from qdlab.plan import Lab, Plan, Record, Slot
from qdlab.run import Event, RecordTaken, StopToken, ignore

N_BEFORE = 70


class Watching:
    """Notes what it sees."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []

    def watch(self, plan: Plan, lab: Lab) -> Watching:
        return self

    def __call__(self, slot: Slot, record: Record) -> None:
        self.slots.append(slot)


@pytest.fixture
def stopped(tmp_path: Path, small_map: GainThresholdMap) -> tuple[Path, list[Slot]]:
    """A run that was stopped, and the places of what it measured."""
    path, stop, watching = tmp_path / "run.h5", StopToken(), Watching()
    taken, source = itertools.count(1), {"procedure": "GainThresholdMap", **small_map.values()}

    def stop_after_some(event: Event) -> None:  # told by the engine itself, which is ahead of who watches
        if isinstance(event, RecordTaken) and next(taken) == N_BEFORE:
            stop.request("taken enough")

    with pytest.raises(StoppedError):
        carry_out(
            Recipe(small_map, source), load_bench("paper_sim"), path,
            force=False, stop=stop, tell=stop_after_some, watch=watching.watch,
        )  # fmt: skip
    return path, watching.slots


def test_what_was_measured_before_is_seen_before_what_is_measured_now(
    stopped: tuple[Path, list[Slot]],
) -> None:
    path, before = stopped
    watching = Watching()
    resume(path, stop=StopToken(), tell=ignore, watch=watching.watch)
    assert in_order(watching.slots[: len(before)]) == in_order(before)
    assert len(set(watching.slots)) == len(watching.slots)


def in_order(slots: list[Slot]) -> list[Slot]:
    """Leave the voltammogram out: buffered by the potentiostat, it comes after its spectra."""
    return [slot for slot in slots if slot.stream != "cv"]


def test_of_more_than_there_is_time_for_the_latest_are_seen(
    stopped: tuple[Path, list[Slot]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_recall, "RECALLED_BYTES", 1)
    path, before = stopped
    watching = Watching()
    resume(path, stop=StopToken(), tell=ignore, watch=watching.watch)
    last_of_each = {slot.stream: slot for slot in before}
    n_recalled = len(last_of_each)
    assert {slot.stream: slot for slot in watching.slots[:n_recalled]} == last_of_each
