"""Every interlock against the virtual laboratory: what it finds, what it says, what then happens."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from procedures import GainThresholdMap
from qdlab.app.config import LoadedBench, load_bench
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError, SafetyError, StoppedError
from qdlab.instruments import Safety
from qdlab.limits import Range
from qdlab.plan import Plan, Record, Slot
from qdlab.run import (
    Alarm,
    Event,
    Paused,
    Proceeded,
    RecordTaken,
    Run,
    RunStatus,
    StepStarted,
    StopToken,
    Warned,
)
from qdlab.run.interlocks import WELL, CellSeen, Interlock, Panel, SpectrumSeen, interlocks
from qdlab.run.interlocks._cell_potential import CellPotential
from qdlab.run.interlocks._film_at_rest import AbsorbanceAtRest


class Keep:
    """A run file in memory."""

    def __init__(self) -> None:
        self.records: dict[Slot, Record] = {}
        self.notes: list[str] = []
        self.end = ("", "")

    def write(self, slot: Slot, record: Record) -> None:
        self.records[slot] = record

    def note(self, text: str, date: datetime) -> None:
        self.notes.append(text)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        self.end = (status, reason)

    def close(self) -> None: ...


class Watched:
    """A map on the simulated bench in which faults strike when a record is taken."""

    def __init__(self, recipe: GainThresholdMap, **safety: Any) -> None:
        self.loaded: LoadedBench = load_bench("paper_sim")
        self.bench = replace(
            self.loaded.bench, safety=replace(self.loaded.bench.safety, **{"pause_s": 0.0, **safety})
        )
        self.faults = self.loaded.world.faults
        self.plan: Plan = recipe.plan(self.bench.describe())
        self.sink = Keep()
        self.stop = StopToken()
        self.events: list[Event] = []
        self.at: dict[Slot, Callable[[], None]] = {}
        self.when_paused: Callable[[], None] = lambda: None

    def run(self) -> None:
        Run(
            lambda lab: self.plan, self.bench, self.loaded.clock, lambda *_: self.sink, self.stop, self.tell
        ).carry_out()

    def tell(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, RecordTaken) and event.slot in self.at:
            self.at[event.slot]()
        if isinstance(event, Paused):
            self.when_paused()

    def strike(self, fault: str, at: Slot) -> None:
        self.at[at] = lambda: self.faults.add(fault)

    @property
    def alarms(self) -> list[Alarm]:
        return [event.alarm for event in self.events if isinstance(event, Warned)]

    def assert_safe(self) -> None:
        world, now_s = self.loaded.world, self.loaded.clock.now_s
        assert not world.cell.connected(now_s)
        assert not any(world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
        assert world.stage.end_s <= now_s


@pytest.fixture
def two_rests(small_map: GainThresholdMap) -> GainThresholdMap:
    """A map with enough light to judge, that comes back to the neutral film at its end."""
    small_map.potentials_v = [-0.3, -1.5, -0.3]
    small_map.n_shots, small_map.n_scans = 100, 20
    small_map.time_zero_delays_ps = [round(-1.5 + 0.4 * k, 2) for k in range(17)]
    small_map.settle_minimum_s, small_map.settle_maximum_s = 12.0, 20.0
    return small_map


ACTIONS_TO_WARN = ("probe_fraction", "lamp_fraction", "pump_fraction", "pump_drift_fraction")
FIRST_POINT = Slot("ta", (0, 0, 0))
SETTLED = Slot("settling", (1,))


@pytest.mark.parametrize(
    ("fault", "struck_at", "message"),
    [
        (
            "over_current",
            SETTLED,
            "cell current -?1 mA or more .* passes the limit of 2 mA; look for a short",
        ),
        (
            "reference_adrift",
            SETTLED,
            r"cell potential -1\.400 V is off from -1\.500 V asked for, the limit is 20",
        ),
        (
            "slipping_stage",
            FIRST_POINT,
            "delay stage stands at .* mm, was sent to .* the limit is 10 um; home it",
        ),
    ],
)
def test_what_endangers_sample_or_data_stops_the_run(
    two_rests: GainThresholdMap, fault: str, struck_at: Slot, message: str
) -> None:
    watched = Watched(two_rests)
    watched.strike(fault, struck_at)
    with pytest.raises(SafetyError, match=message):
        watched.run()
    watched.assert_safe()
    assert watched.sink.end[0] == "failed"
    assert watched.alarms[-1].message == watched.sink.end[1]
    assert watched.sink.notes[-1] == f"stop: {watched.sink.end[1]}"


PAUSES = [
    ("room_light", Slot("held_pl", (0,)), Slot("ta_dark", (0,)), r"camera: dark level \d+ counts"),
    ("probe_lost", FIRST_POINT, Slot("ta", (0, 0, 1)), r"see the probe: .* is [+-]\d+ counts from dark"),
    ("lamp_lost", Slot("blank", ()), Slot("film", ()), r"see the lamp: .* is [+-]\d+ counts from dark"),
    ("pump_lost", Slot("time_zero", (16,)), Slot("pump", (0, 0)), r"pump: .* uW, the calibration promises"),
    ("weak_pump", Slot("pump", (0, 1)), Slot("pump", (1, 0)), r"pump power has changed by -40%, from"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "struck_at", "found_at", "message"), PAUSES)
def test_what_a_person_can_mend_pauses_the_run_and_the_reading_is_taken_again(
    two_rests: GainThresholdMap, fault: str, struck_at: Slot, found_at: Slot, message: str
) -> None:
    watched = Watched(two_rests, pause_s=60.0)
    watched.strike(fault, struck_at)
    open_in_pause = []

    def mend() -> None:
        assert found_at not in watched.sink.records
        open_in_pause.extend(path for path in ("pump", "probe", "lamp") if watched.loaded.world.is_open(path))
        watched.faults.clear()
        watched.stop.proceed()

    watched.when_paused = mend
    watched.run()
    (alarm,) = watched.alarms
    assert alarm.action == "pause"
    assert re.search(message, alarm.message)
    assert open_in_pause == []
    assert len(watched.sink.records) == sum(stream.n_records for stream in watched.plan.streams)
    assert watched.sink.end == ("finished", "")
    assert watched.sink.notes == [f"pause: {alarm.message}", f"paused: {alarm.message}", "goes on"]


def test_a_stage_that_cannot_turn_round_on_its_way_arrives_before_it_is_sent_back(
    two_rests: GainThresholdMap,
) -> None:
    """As the XPS does, which answers that its group is moving."""
    watched = Watched(two_rests, pause_s=60.0)
    watched.strike("probe_lost", FIRST_POINT)
    stage = watched.bench.delay_stage
    start_move = stage.start_move

    def only_at_rest(position_mm: float) -> None:
        if stage.moving:
            raise InstrumentStateError(f"{stage.name}: busy")
        start_move(position_mm)

    def mend() -> None:
        watched.faults.clear()
        watched.stop.proceed()

    stage.start_move = only_at_rest  # type: ignore[method-assign]
    watched.when_paused = mend
    watched.run()
    assert watched.sink.end == ("finished", "")


def test_a_room_that_is_light_from_the_beginning_pauses_the_run_at_its_first_dark_spectrum(
    two_rests: GainThresholdMap,
) -> None:
    watched = Watched(two_rests, pause_s=60.0)
    watched.faults.add("room_light")

    def mend() -> None:
        watched.faults.clear()
        watched.stop.proceed()

    watched.when_paused = mend
    watched.run()
    (alarm,) = watched.alarms
    assert re.search(r"spectrometer: dark level \d+ counts, .* shutter that hangs", alarm.message)
    assert watched.sink.end == ("finished", "")


def test_single_scans_of_a_film_at_rest_are_compared_too() -> None:
    band, quiet = np.arange(8) < 4, np.arange(8) >= 4
    lock = AbsorbanceAtRest(0.005, band, quiet)
    for bleach, told in (
        (1.0, WELL),
        (1.001, WELL),
        (1.2, "film: band absorbance at rest has changed by -0.079"),
    ):
        counts = np.where(band, bleach * 20_000, 20_000).astype(np.uint16)[np.newaxis]
        said = lock.look(SpectrumSeen(counts, 0.01, frozenset({"lamp"}), "film", at_rest=True))
        assert said is not None
        assert said.startswith(told)


def test_in_a_sweep_the_potential_read_back_must_stay_in_the_window() -> None:
    lock = CellPotential(0.02, Range(-1.6, 0.2, "V"))
    assert lock.look(CellSeen(0.0, -1.61, 0.0, False, None)) == WELL
    told = lock.look(CellSeen(0.0, -1.63, 0.0, False, None))
    assert told == (
        "cell potential -1.630 V is off from the window -1.6 to 0.2 V, the limit is 20 mV; "
        "is the reference electrode connected and wet?"
    )


def test_what_a_person_lets_go_on_unmended_is_told_once_more_and_pauses_no_more(
    two_rests: GainThresholdMap,
) -> None:
    watched = Watched(two_rests, pause_s=60.0)
    watched.strike("probe_lost", FIRST_POINT)
    watched.when_paused = watched.stop.proceed
    watched.run()
    assert [(alarm.limit, alarm.action) for alarm in watched.alarms] == [
        ("probe_fraction", "pause"),
        ("probe_fraction", "warn"),
    ]
    assert watched.sink.end == ("finished", "")


def test_a_pause_that_nobody_ends_ends_the_run(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests, pause_s=0.0)
    watched.strike("probe_lost", FIRST_POINT)
    with pytest.raises(StoppedError, match="and nobody let it go on within 0 s"):
        watched.run()
    assert watched.sink.end[0] == "stopped"
    watched.assert_safe()


def test_a_cell_that_goes_wrong_in_a_pause_is_told_and_the_pause_goes_on(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests, pause_s=0.1, actions={"potential_error_v": "pause"})
    watched.strike("probe_lost", FIRST_POINT)
    watched.when_paused = lambda: watched.faults.add("reference_adrift")
    with pytest.raises(StoppedError, match=r"see the probe.* and nobody let it go on within 0\.1 s"):
        watched.run()
    assert [alarm.limit for alarm in watched.alarms] == ["probe_fraction", "potential_error_v"]


@pytest.mark.parametrize(
    ("fault", "struck_at", "limit", "message"),
    [
        ("lost_chopper_lock", SETTLED, "chopper_lock_fraction", "not locked to the laser at 1 of 2 looks"),
        ("shifted_time_zero", SETTLED, "time_zero_drift_ps", r"has drifted by \+[12]\.\d+ ps"),
        (
            "shifted_time_zero",
            Slot("blank", ()),
            "time_zero_ps",
            r"time zero is at \+[12]\.\d+ ps on the bench",
        ),
        ("bleached_film", SETTLED, "rest_absorbance", r"band absorbance at rest has changed by -0\.00\d+"),
        ("bleached_film", SETTLED, "rest_pl_fraction", r"PL at rest is down to 50% of what it was"),
    ],
)
def test_what_shows_in_the_data_is_warned_of(
    two_rests: GainThresholdMap, fault: str, struck_at: Slot, limit: str, message: str
) -> None:
    watched = Watched(two_rests, rest_pl_fraction=0.4)
    watched.plan = _with_two_time_zeros(watched.plan)
    watched.strike(fault, struck_at)
    watched.run()
    assert watched.sink.end == ("finished", "")
    alarm = next(alarm for alarm in watched.alarms if alarm.limit == limit)
    assert alarm.action == "warn"
    assert re.search(message, alarm.message), alarm.message
    assert f"warn: {alarm.message}" in watched.sink.notes


def _with_two_time_zeros(plan: Plan) -> Plan:
    """Return the plan with its scan about time zero once more at the end, as a stream of its own."""
    stream = replace(plan.stream("time_zero"), name="time_zero_again")
    first = next(
        k for k, step in enumerate(plan.steps) if getattr(step, "slot", None) == Slot("time_zero", (0,))
    )
    last = next(
        k for k, step in enumerate(plan.steps) if getattr(step, "slot", None) == Slot("time_zero", (16,))
    )
    scan = plan.steps[first - 3 : last + 1]
    again = [
        replace(step, slot=Slot("time_zero_again", step.slot.index)) if hasattr(step, "slot") else step
        for step in scan
    ]
    steps = (*plan.steps[:-2], *again, *plan.steps[-2:])
    return replace(plan, streams=(*plan.streams, stream), steps=steps)


def test_a_lost_laser_is_told_as_a_camera_that_does_not_answer(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests)
    watched.strike("laser_lost", FIRST_POINT)
    with pytest.raises(InstrumentTimeoutError, match="ta_detector: block of 100 shots not finished after"):
        watched.run()
    watched.assert_safe()


def test_a_healthy_run_sets_off_nothing(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests)
    watched.run()
    assert watched.alarms == []
    assert watched.sink.notes == []


@pytest.mark.parametrize(
    ("safety", "message"),
    [
        (
            {"charge_c": 1e-9},
            r"cell charge .* mC since the cell was switched on passes the limit of 1e-06 mC",
        ),
        ({"saturated_fraction": 0.0}, "camera: .* of the read-outs are saturated"),
    ],
)
def test_limits_of_the_sample_and_the_camera(
    two_rests: GainThresholdMap, safety: dict[str, float], message: str
) -> None:
    watched = Watched(two_rests, **safety)
    watched.strike("saturated_frame", FIRST_POINT)
    with pytest.raises(SafetyError, match=message):
        watched.run()
    watched.assert_safe()


def test_a_blade_with_another_number_of_slots_is_found_before_a_fluence_is_wrong(
    two_rests: GainThresholdMap,
) -> None:
    watched = Watched(two_rests)
    beam = replace(watched.bench.pump_beam, pulse_rate_hz=5000.0)
    watched.bench = replace(watched.bench, pump_beam=beam)
    with pytest.raises(SafetyError, match=r"lets 2500 pulses per second through, the bench .* with 5000 Hz"):
        watched.run()
    assert not any(slot.stream == "ta" for slot in watched.sink.records)


def test_an_action_is_what_the_bench_says(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests, actions={"position_error_mm": "warn"})
    watched.strike("slipping_stage", FIRST_POINT)
    watched.run()
    assert [alarm.action for alarm in watched.alarms] == ["warn"]


def test_a_person_can_pause_and_let_go_on(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests, pause_s=60.0)
    watched.at[FIRST_POINT] = lambda: watched.stop.pause("coffee")
    world = watched.loaded.world
    seen: list[Any] = []

    def go_on() -> None:
        seen.append(
            (world.is_open("pump"), world.is_open("probe"), world.cell.connected(watched.loaded.clock.now_s))
        )
        threading.Timer(0.05, watched.stop.proceed).start()

    watched.when_paused = go_on
    watched.run()
    assert seen == [(False, False, True)]
    told = [type(event) for event in watched.events if isinstance(event, Paused | Proceeded | StepStarted)]
    at = told.index(Paused)
    assert told[at + 1] is Proceeded
    assert watched.sink.end == ("finished", "")


def test_a_stop_ends_a_pause(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests, pause_s=60.0)
    watched.at[FIRST_POINT] = lambda: watched.stop.pause("coffee")
    watched.when_paused = lambda: watched.stop.request("enough")
    with pytest.raises(StoppedError, match=r"^enough$"):
        watched.run()
    watched.assert_safe()


def test_too_much_current_in_a_pause_ends_the_run(two_rests: GainThresholdMap, monkeypatch: Any) -> None:
    monkeypatch.setattr("qdlab.run._pause.LOOK_S", 0.01)
    watched = Watched(two_rests, pause_s=60.0)
    watched.at[Slot("ta", (1, 0, 0))] = lambda: watched.stop.pause("coffee")
    watched.when_paused = lambda: watched.faults.add("over_current")
    with pytest.raises(SafetyError, match="cell current"):
        watched.run()
    watched.assert_safe()


class Counting(Interlock):
    limit, action, looks_at = "current_a", "warn", (CellSeen,)

    def look(self, seen: CellSeen) -> str | None:
        if seen.overload:
            return None
        return "too much" if seen.current_a > 1.0 else WELL


def test_an_alarm_sounds_once_until_all_is_well_again() -> None:
    panel = Panel([Counting()])
    sounded = [
        [alarm.message for alarm in panel.look(CellSeen(0.0, 0.0, current_a, False, None))]
        for current_a in (0.0, 2.0, 3.0, 0.5, 2.0)
    ]
    assert sounded == [[], ["too much"], [], [], ["too much"]]


def test_a_reading_that_shows_nothing_does_not_let_an_alarm_sound_again() -> None:
    panel = Panel([Counting()])
    sounded = [
        [alarm.message for alarm in panel.look(CellSeen(0.0, 0.0, 2.0, overload, None))]
        for overload in (True, False, True, False)
    ]
    assert sounded == [[], ["too much"], [], []]


@pytest.mark.parametrize(
    ("fault", "struck_at", "limit"),
    [
        ("probe_lost", FIRST_POINT, "probe_fraction"),
        ("lamp_lost", Slot("blank", ()), "lamp_fraction"),
        ("pump_lost", Slot("time_zero", (16,)), "pump_fraction"),
        ("weak_pump", Slot("pump", (0, 1)), "pump_drift_fraction"),
    ],
)
def test_what_stays_wrong_is_told_once(
    two_rests: GainThresholdMap, fault: str, struck_at: Slot, limit: str
) -> None:
    watched = Watched(two_rests, actions=dict.fromkeys(ACTIONS_TO_WARN, "warn"))
    watched.strike(fault, struck_at)
    watched.run()
    assert watched.sink.end == ("finished", "")
    assert [alarm.limit for alarm in watched.alarms].count(limit) == 1


def test_every_limit_has_an_interlock_and_every_interlock_a_limit(two_rests: GainThresholdMap) -> None:
    watched = Watched(two_rests)
    safety, lab = watched.bench.safety, watched.bench.describe()
    watching = {interlock.limit for interlock in interlocks(safety, lab, watched.plan.sample)}
    assert watching == set(Safety.__dataclass_fields__) - {"actions", "pause_s", "rest_v"}
