"""A run that chooses, stopped and resumed: it goes on where it was, with what it had chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from resuming import records, same, small_bench

import qdlab
from qdlab.analysis import reduce
from qdlab.app.config import recipe_from
from qdlab.app.runs import carry_out, resume
from qdlab.errors import StoppedError
from qdlab.plan import Choose, Step
from qdlab.run import Event, Listener, RecordTaken, StepStarted, StopToken

WIDTH = 0.12
RECIPE: dict[str, Any] = {
    "procedure": "GainThresholdMap",
    "steady_state": {"n_scans": 800},
    "voltammetry": {"n_cycles": 1, "step_v": 0.02, "steps_per_spectrum": 3, "cv_scans": 20},
    "charging": {"electrons_per_dot": [0, 1.0], "settle_minimum_s": 12, "settle_maximum_s": 20},
    "transient_absorption": {
        "excitons_per_dot": [0.05, 7.0],
        "delays_ps": [-4, -3, 3, 5, 7, 2500],
        "time_zero_delays_ps": [round(-1.0 + 0.2 * k, 1) for k in range(13)],
        "n_shots": 300,
        "n_dark_shots": 100,
    },
    "adaptive": {"strategy": "adaptive", "interval_width": WIDTH, "most_repeats": 20},
}


def _stop_when(happens: Callable[[Event], bool]) -> tuple[StopToken, Listener]:
    stop = StopToken()

    def tell(event: Event) -> None:
        if happens(event):
            stop.request("lunch")

    return stop, tell


def _takes(stream: str, *index: int) -> Callable[[Event], bool]:
    def happens(event: Event) -> bool:
        return isinstance(event, RecordTaken) and event.slot.stream == stream and event.slot.index == index

    return happens


def test_a_run_that_chooses_is_resumed_twice_and_keeps_to_what_it_had_chosen(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    stop, tell = _stop_when(_takes("ta", 0, 1, 3))
    with pytest.raises(StoppedError, match="lunch"):
        carry_out(
            recipe_from(RECIPE, "small"), small_bench(n_pixels=256), path, force=False, stop=stop, tell=tell
        )
    first = records(path)
    stop, tell = _stop_when(_takes("ta", 1, 0, 2))
    with pytest.raises(StoppedError, match="lunch"):
        resume(path, stop=stop, tell=tell)
    second = records(path)
    performed: list[Step] = []

    def follow(event: Event) -> None:
        if isinstance(event, StepStarted):
            performed.append(event.step)

    resume(path, stop=StopToken(), tell=follow)
    final = records(path)
    for before, after in ((first, second), (second, final)):
        for key in before:
            if key[0] in ("ta", "held_absorption", "chosen_fluence_cm2", "chosen_potential_v"):
                assert same(after[key], before[key]), key
    assert not [step for step in performed if isinstance(step, Choose) and step.slot.index[0] == 0]
    _assert_whole(path)


def _assert_whole(path: Path) -> None:
    """Every chosen fluence was measured at all delays, and the thresholds are as well known as was asked."""
    with qdlab.open(path) as run:
        assert run.attrs["status"] == "finished"
        chosen = np.isfinite(run["ta"]["chosen_fluence_cm2"].to_numpy())
        taken = run["ta"]["done"].to_numpy()[..., :6].all(axis=-1)
        assert np.array_equal(chosen, taken)
        assert chosen.any(axis=1).all()
        found = reduce(run).thresholds
    widths = [threshold.n_gain_high - threshold.n_gain_low for threshold in found]
    assert max(widths) <= WIDTH
    assert [threshold.n_gain for threshold in found] == pytest.approx([1.54, 0.95], abs=0.25)
