"""The engine on the simulated bench: what it measures, how it ends, and that every end is safe."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from procedures import GainThresholdMap
from qdlab.app.config import LoadedBench, load_bench
from qdlab.app.terminal import stop_on_signals
from qdlab.errors import (
    BadReplyError,
    InputError,
    InstrumentError,
    InstrumentTimeoutError,
    NotConnectedError,
    QdlabError,
    SafetyError,
    StoppedError,
    StorageError,
)
from qdlab.instruments import Safety
from qdlab.plan import Lab, Plan, Record, Settling, Slot, Spectrum, TaPoint, Voltammogram, estimate
from qdlab.run import Event, RecordTaken, Run, RunEnded, RunStarted, RunStatus, StepStarted, StopToken
from qdlab.testing.faults import Fault, with_fault


class MemorySink:
    """A run file in memory."""

    def __init__(self) -> None:
        self.records: dict[Slot, Record] = {}
        self.end: tuple[str, str] | None = None
        self.notes: list[str] = []
        self.closed = False
        self.fails_at: int | None = None

    def write(self, slot: Slot, record: Record) -> None:
        if len(self.records) == self.fails_at:
            raise OSError("no space left on device")
        assert slot not in self.records
        self.records[slot] = record

    def note(self, text: str, date: datetime) -> None:
        self.notes.append(text)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        self.end = (status, reason)

    def close(self) -> None:
        self.closed = True


class Setup:
    """A small map on the simulated bench, with its file in memory and all it tells."""

    def __init__(self, recipe: GainThresholdMap) -> None:
        self.loaded: LoadedBench = load_bench("paper_sim")
        self.bench = self.loaded.bench
        self.plan: Plan = recipe.plan(self.bench.describe())
        self.sink = MemorySink()
        self.stop = StopToken()
        self.events: list[Event] = []
        self.identities: Mapping[str, str] = {}

    def run(self) -> None:
        def open_sink(plan: Plan, lab: Lab, identities: Mapping[str, str]) -> MemorySink:
            self.identities = identities
            return self.sink

        Run(
            lambda lab: self.plan, self.bench, self.loaded.clock, open_sink, stop=self.stop, tell=self.tell
        ).carry_out()

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def assert_safe(self) -> None:
        """Look at the world itself, not at what drivers say of it."""
        world, now_s = self.loaded.world, self.loaded.clock.now_s
        assert not world.cell.connected(now_s)
        assert not any(world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
        assert world.stage.end_s <= now_s
        assert not world.chopper_running


@pytest.fixture
def setup(small_map: GainThresholdMap) -> Setup:
    return Setup(small_map)


def test_a_finished_run_has_filled_its_plan_and_left_the_bench_safe(setup: Setup) -> None:
    setup.run()
    assert len(setup.sink.records) == sum(stream.n_records for stream in setup.plan.streams)
    assert setup.sink.end == ("finished", "")
    assert setup.sink.closed
    setup.assert_safe()
    assert setup.identities["potentiostat"].startswith("qdlab SimulatedPotentiostat")


def test_the_plan_predicts_how_long_the_run_takes(setup: Setup) -> None:
    setup.run()
    expected_s = estimate(setup.plan, setup.bench.describe()).duration_s
    assert setup.loaded.clock.now_s == pytest.approx(expected_s, rel=0.02)


def test_progress_names_every_step_and_counts_down(setup: Setup) -> None:
    setup.run()
    started = [event for event in setup.events if isinstance(event, StepStarted)]
    assert [event.index for event in started] == list(range(len(setup.plan)))
    left = [event.remaining_s for event in started]
    assert left == sorted(left, reverse=True)
    assert all(event.description for event in started)
    assert sum(isinstance(event, RecordTaken) for event in setup.events) == len(setup.sink.records)
    assert setup.events[0] == RunStarted()
    assert setup.events[-1] == RunEnded("finished", "")


def test_points_are_taken_where_they_were_asked_for(setup: Setup) -> None:
    setup.run()
    line = setup.bench.delay_line
    delays_ps = setup.plan.stream("ta").axes[2].values
    for (potential, _, delay), point in _points(setup.sink, "ta").items():
        assert line.to_ps(point.position_mm) == pytest.approx(delays_ps[delay], abs=1e-3)
        assert point.measured_potential_v == pytest.approx((-0.3, 0.0)[potential], abs=1e-3)
        assert point.pump_on.sum() == 4
        assert np.array_equal(np.diff(point.sequence.astype(int)), np.ones(7))


def _points(sink: MemorySink, stream: str) -> dict[tuple[int, ...], TaPoint]:
    return {
        slot.index: record
        for slot, record in sink.records.items()
        if slot.stream == stream and isinstance(record, TaPoint)
    }


def test_spectra_along_the_sweep_share_its_time_base(setup: Setup) -> None:
    setup.run()
    trace = setup.sink.records[Slot("cv", ())]
    assert isinstance(trace, Voltammogram)
    for k in range(setup.plan.stream("cv_absorption").n_records):
        spectrum = setup.sink.records[Slot("cv_absorption", (k,))]
        assert isinstance(spectrum, Spectrum)
        at_v = trace.potential_v[np.searchsorted(trace.time_s, spectrum.time_s[0])]
        assert spectrum.measured_potential_v == pytest.approx(at_v, abs=1e-3)


def test_a_film_that_does_not_settle_is_noted_not_waited_for_for_ever(setup: Setup) -> None:
    settle = replace(_hold(setup.plan).settle, tolerance=1e-12)
    steps = tuple(replace(s, settle=settle) if hasattr(s, "settle") else s for s in setup.plan.steps)
    setup.plan = replace(setup.plan, steps=steps)
    setup.run()
    record = setup.sink.records[Slot("settling", (0,))]
    assert isinstance(record, Settling)
    assert not record.settled
    assert np.nanmax(record.time_s) - record.time_s[0] == pytest.approx(6.0)


def _hold(plan: Plan) -> Any:
    return next(step for step in plan if hasattr(step, "settle"))


def test_the_same_seed_gives_the_same_counts(small_map: GainThresholdMap) -> None:
    first, second = Setup(small_map), Setup(small_map)
    first.run()
    second.run()
    for slot, record in first.sink.records.items():
        for name, value in vars(record).items():
            assert np.array_equal(value, getattr(second.sink.records[slot], name), equal_nan=True), (
                slot,
                name,
            )


class TestEnds:
    def test_a_plan_that_does_not_suit_the_bench_opens_nothing(self, small_map: GainThresholdMap) -> None:
        small_map.potentials_v = [-0.3, -1.9]
        setup = Setup(small_map)
        fault = Fault(0, AssertionError)
        setup.bench = with_fault(setup.bench, fault)
        with pytest.raises(InputError, match=r"potential: -1.9 V is outside -1.6 to 0.2 V"):
            setup.run()
        assert fault.struck == ""
        assert setup.sink.end is None

    def test_a_stop_request_ends_it_between_steps(self, setup: Setup) -> None:
        def stop_in_the_map(event: Event) -> None:
            if isinstance(event, RecordTaken) and event.slot == Slot("ta", (0, 1, 1)):
                setup.stop.request("Stop was pressed")

        setup.tell = stop_in_the_map  # type: ignore[method-assign]
        with pytest.raises(StoppedError, match="Stop was pressed"):
            setup.run()
        assert setup.sink.end == ("stopped", "Stop was pressed")
        assert Slot("ta", (0, 1, 1)) in setup.sink.records
        assert Slot("ta", (0, 1, 2)) not in setup.sink.records
        setup.assert_safe()

    def test_ctrl_c_is_a_stop_request_and_the_second_breaks_in(self, setup: Setup) -> None:
        with stop_on_signals(setup.stop):
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(StoppedError, match=r"interrupted \(SIGINT\)"):
                setup.run()
            signal.raise_signal(signal.SIGINT)  # the bench is safe by now: nothing is left to break into
        assert setup.sink.end == ("stopped", "interrupted (SIGINT)")
        setup.assert_safe()

    def test_a_second_ctrl_c_breaks_in_at_once_and_a_third_changes_nothing(self, setup: Setup) -> None:
        make_safe = setup.bench.potentiostat.make_safe

        def interrupted() -> None:
            signal.raise_signal(signal.SIGINT)
            make_safe()

        def interrupt_twice(event: Event) -> None:
            if isinstance(event, RecordTaken) and event.slot == Slot("ta", (0, 1, 1)):
                setup.bench.potentiostat.make_safe = interrupted  # type: ignore[method-assign]
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)
                pytest.fail("the second one must break in")

        setup.tell = interrupt_twice  # type: ignore[method-assign]
        with stop_on_signals(setup.stop), pytest.raises(KeyboardInterrupt):
            setup.run()
        assert setup.sink.end == ("stopped", "interrupted in the middle of a step")
        setup.assert_safe()

    @pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows sends none")
    def test_a_lost_terminal_is_a_stop_request_however_often_it_says_so(self, setup: Setup) -> None:
        with stop_on_signals(setup.stop):
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGHUP)
            with pytest.raises(StoppedError, match=r"interrupted \(SIGHUP\)"):
                setup.run()

    @pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows sends none")
    def test_a_run_started_with_nohup_outlives_its_terminal(self, setup: Setup) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with stop_on_signals(setup.stop):
                signal.raise_signal(signal.SIGHUP)
        finally:
            signal.signal(signal.SIGHUP, before)
        setup.stop.check()

    def test_too_much_current_ends_it(self, setup: Setup) -> None:
        setup.bench = replace(setup.bench, safety=Safety(current_a=1e-7, saturated_fraction=0.02))
        with pytest.raises(SafetyError, match=r"cell current .* mA .* limit of 0.0001 mA"):
            setup.run()
        assert setup.sink.end is not None
        assert setup.sink.end[0] == "failed"
        assert "cell current" in setup.sink.end[1]
        setup.assert_safe()

    def test_a_saturated_camera_ends_it(self, setup: Setup) -> None:
        read = setup.bench.ta_detector.read

        def bright(timeout_s: float) -> Any:
            block = read(timeout_s)
            return replace(block, shots=np.full_like(block.shots, 65535))

        setup.bench.ta_detector.read = bright  # type: ignore[method-assign]
        with pytest.raises(SafetyError, match=r"camera: 100.0% of the read-outs are saturated"):
            setup.run()
        setup.assert_safe()

    def test_a_chopper_out_of_step_is_found_in_the_data(self, setup: Setup) -> None:
        def let_it_stand(event: Event) -> None:
            if isinstance(event, RecordTaken) and event.slot == Slot("ta", (0, 0, 0)):
                setup.loaded.world.chopper_running = False

        setup.tell = let_it_stand  # type: ignore[method-assign]
        with pytest.raises(SafetyError, match="chopper: 100% of consecutive shots have the same"):
            setup.run()
        assert Slot("ta", (0, 0, 1)) not in setup.sink.records
        setup.assert_safe()

    def test_a_disk_that_fails_ends_it(self, setup: Setup) -> None:
        setup.sink.fails_at = 7
        with pytest.raises(StorageError, match="no space left on device"):
            setup.run()
        assert setup.sink.end is not None
        assert setup.sink.end[0] == "failed"
        setup.assert_safe()

    def test_an_instrument_that_cannot_be_made_safe_fails_the_run_and_spares_no_other(
        self, setup: Setup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stuck() -> None:
            raise InstrumentTimeoutError("delay_stage: does not stop")

        sticky = setup.bench.shutters["lamp"]
        sticky.open()  # before it sticks: opening makes safe
        monkeypatch.setattr(sticky, "make_safe", stuck)
        with pytest.raises(InstrumentError, match="does not stop"):
            setup.run()
        assert setup.sink.end is not None
        assert setup.sink.end[0] == "failed"
        assert not setup.loaded.world.cell.connected(setup.loaded.clock.now_s)


ERRORS: list[Callable[[], BaseException]] = [
    lambda: InstrumentTimeoutError("no answer"),
    lambda: BadReplyError("reply b'?!' is no number"),
    lambda: NotConnectedError("gone"),
    lambda: RuntimeError("a bug in a driver"),
    KeyboardInterrupt,
]


def test_whatever_fails_and_wherever_the_bench_is_left_safe(small_map: GainThresholdMap) -> None:
    """A sample of all instrument calls of a small run, each failing in turn."""
    small_map.potentials_v, small_map.excitons_per_dot, small_map.delays_ps = [-0.3], [1.0], [-3.0, 5.0]
    small_map.step_v, small_map.time_zero_delays_ps = 0.1, [0.0]
    counting = Setup(small_map)
    count = Fault(None, AssertionError)
    counting.bench = with_fault(counting.bench, count)
    counting.run()
    chosen = np.random.default_rng(7).choice(count.n_calls, size=60, replace=False)
    assert count.n_calls > 300
    for case, at_call in enumerate(chosen):
        _assert_safe_after(small_map, Fault(int(at_call), ERRORS[case % len(ERRORS)]))


def _assert_safe_after(recipe: GainThresholdMap, fault: Fault) -> None:
    setup = Setup(recipe)
    setup.bench = with_fault(setup.bench, fault)
    with contextlib.suppress(QdlabError, RuntimeError, KeyboardInterrupt):
        setup.run()
    assert fault.struck, "the fault must have struck"
    setup.assert_safe()
    if setup.sink.records:
        assert setup.sink.end is not None, fault.struck
        assert setup.sink.closed
