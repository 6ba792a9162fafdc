"""Plans that choose: the script's contract with whoever performs it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from procedures import GainThresholdMap
from qdlab.plan import (
    Axis,
    CellOff,
    Chosen,
    CyclePotential,
    Lab,
    MoveDelay,
    Script,
    Slot,
    axis_to_choose,
    chosen_along,
    slots_of,
)

POTENTIAL = Axis("potential_v", "V", (-0.3, -1.2))


def test_a_fixed_plan_is_performed_in_its_own_order_whatever_is_seen(
    small_map: GainThresholdMap, lab: Lab
) -> None:
    plan = small_map.plan(lab)
    assert not plan.chooses
    script = plan.begin()
    performed = [next(script), *(script.send({}) for _ in plan.steps[1:])]
    assert tuple(performed) == plan.steps
    with pytest.raises(StopIteration):
        script.send({})


def test_a_script_is_begun_anew_each_time_and_does_not_change_what_the_plan_is(
    small_map: GainThresholdMap, lab: Lab
) -> None:
    def script() -> Script:
        seen = yield MoveDelay(5.0)
        yield MoveDelay(float(len(seen)))

    fixed = small_map.plan(lab)
    choosing = replace(fixed, script=script)
    assert choosing.chooses
    assert choosing.digest == fixed.digest
    for n_seen in (0, 1):
        running = choosing.begin()
        assert next(running) == MoveDelay(5.0)
        seen = {Slot("ta", (k,)): Chosen(0.0, 0.0) for k in range(n_seen)}
        assert running.send(seen) == MoveDelay(float(n_seen))


def test_the_slots_of_a_plan_s_steps_are_all_its_records(small_map: GainThresholdMap, lab: Lab) -> None:
    plan = small_map.plan(lab)
    filled = [slot for step in plan for slot in slots_of(step)]
    assert len(filled) == len(set(filled)) == sum(stream.n_records for stream in plan.streams)
    assert slots_of(CellOff()) == ()
    sweep = next(step for step in plan if isinstance(step, CyclePotential))
    assert len(slots_of(sweep)) == 1 + 2 * sweep.n_spectra


def test_what_a_run_chooses_is_one_number_for_each_place_of_the_axis() -> None:
    fluence = axis_to_choose("fluence_cm2", "cm^-2", 6)
    assert all(map(math.isnan, fluence.values))
    stream = chosen_along(POTENTIAL, fluence)
    assert (stream.name, stream.record, stream.shape) == ("chosen_fluence_cm2", Chosen, (2, 6))
