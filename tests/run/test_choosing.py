"""A run whose plan chooses: what it sees, what it may do, and what is in the file afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import qdlab
from procedures import GainThresholdMap
from qdlab.app.config import load_bench
from qdlab.errors import LimitError
from qdlab.plan import (
    Choose,
    CyclePotential,
    HoldPotential,
    MoveDelay,
    Plan,
    RunChopper,
    Script,
    Seen,
    SetFluence,
    SetLight,
    Step,
    TakeShots,
    TaPoint,
    axis_to_choose,
    chosen_along,
    in_order,
    slots_of,
)
from qdlab.run import Run
from qdlab.storage import Provenance, create_run

FULL_CM2 = 2.7e14


ChooseSteps = Callable[[Plan], Script]


def _choosing(plan: Plan, axis: str, choose: ChooseSteps, before: int) -> Plan:
    """The plan with one of its axes chosen as it goes, at each place of the `before` axes before it."""
    axes = plan.stream("ta").axes
    chosen = axis_to_choose(axis, axes[before].unit, len(axes[before]))
    streams = [replace(s, axes=tuple(chosen if a.name == axis else a for a in s.axes)) for s in plan.streams]
    streams.append(chosen_along(*axes[:before], chosen))
    planned = replace(plan, streams=tuple(streams))
    return replace(planned, script=lambda: choose(planned))


def _carry_out(small_map: GainThresholdMap, axis: str, choose: ChooseSteps, before: int, out: Path) -> None:
    loaded = load_bench("paper_sim")
    Run(
        lambda lab: _choosing(small_map.plan(lab), axis, choose, before),
        loaded.bench,
        loaded.clock,
        lambda plan, lab, _: create_run(out, plan, lab, Provenance(start=loaded.clock.date)),
    ).carry_out()


def test_a_script_sees_what_each_step_left_and_its_choice_labels_the_tree(
    small_map: GainThresholdMap, tmp_path: Path
) -> None:
    saw: list[tuple[Step, Seen]] = []

    def choose(plan: Plan) -> Script:
        for step in plan.steps[:8]:
            seen = yield step
            saw.append((step, seen))
        yield RunChopper(running=True)
        yield SetLight(frozenset({"pump", "probe"}))
        chosen_cm2 = 1e13
        for j in range(2):
            yield Choose(plan.stream("chosen_fluence_cm2").slot(0, j), chosen_cm2)
            yield SetFluence(chosen_cm2)
            yield MoveDelay(5.0)
            seen = yield TakeShots(plan.stream("ta").slot(0, j, 2), 8)
            (point,) = seen.values()
            assert isinstance(point, TaPoint)
            chosen_cm2 *= 1.0 + float(point.pump_on.sum())  # four of eight shots are pumped

    out = tmp_path / "run.h5"
    _carry_out(small_map, "fluence_cm2", choose, 1, out)
    for step, seen in saw:
        assert set(seen) == set(slots_of(step))
    assert any(isinstance(step, CyclePotential) and len(seen) > 3 for step, seen in saw)
    with qdlab.open(out) as run:
        for name in ("ta", "pump"):
            chosen = run[name]["chosen_fluence_cm2"]
            assert chosen.dims == ("potential_v", "fluence_cm2")
            assert chosen.to_numpy()[0] == pytest.approx([1e13, 5e13])
            assert np.isnan(chosen.to_numpy()[1]).all()
        assert run["ta"]["done"].to_numpy().sum() == 2
        assert run.attrs["status"] == "finished"


def test_a_potential_that_was_chosen_is_the_coordinate_of_all_its_streams(
    small_map: GainThresholdMap, tmp_path: Path
) -> None:
    def choose(plan: Plan) -> Script:
        yield Choose(plan.stream("chosen_potential_v").slot(0), -0.25)
        hold = next(step for step in plan if isinstance(step, HoldPotential))
        yield replace(hold, potential_v=-0.25)

    out = tmp_path / "run.h5"
    _carry_out(small_map, "potential_v", choose, 0, out)
    with qdlab.open(out) as run:
        assert run.attrs["chooses"] is True
        for name in ("settling", "ta", "held_absorption"):
            assert run[name]["potential_v"].to_numpy() == pytest.approx([-0.25, np.nan], nan_ok=True)
            assert run[name]["potential_v"].attrs["units"] == "V"
        assert bool(run["settling"]["done"].sel(potential_v=-0.25))


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (MoveDelay(9e4), r"the run would do what it must not: delay: 90000 ps is outside"),
        (SetFluence(2 * FULL_CM2), "fluence: 5.4e\\+14 photons/cm2 is outside"),
    ],
)
def test_a_choice_beyond_the_laboratory_is_refused_before_it_is_done(
    small_map: GainThresholdMap, tmp_path: Path, chosen: Step, message: str
) -> None:
    def choose(plan: Plan) -> Script:
        yield from in_order(plan.steps[:2])
        yield chosen

    out = tmp_path / "run.h5"
    with pytest.raises(LimitError, match=message):
        _carry_out(small_map, "fluence_cm2", choose, 1, out)
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "failed"
        assert "the run would do what it must not" in run.attrs["reason"]
