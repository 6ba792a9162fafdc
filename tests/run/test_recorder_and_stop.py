import sys
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

import pytest

from qdlab.clock import VirtualClock
from qdlab.errors import StoppedError, StorageError
from qdlab.plan import PumpPower, Record, Slot
from qdlab.run import Recorder, RunStatus, StopToken, wait_until


class ListSink:
    """Keeps what it is given; breaks at the record number `break_at`."""

    def __init__(self, break_at: int | None = None) -> None:
        self.kept: list[tuple[Slot, Record]] = []
        self.notes: list[str] = []
        self.thread = ""
        self.break_at = break_at

    def write(self, slot: Slot, record: Record) -> None:
        if len(self.kept) == self.break_at:
            raise OSError("disk gone")
        self.thread = threading.current_thread().name
        self.kept.append((slot, record))

    def note(self, text: str, date: datetime) -> None:
        self.notes.append(text)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None: ...

    def close(self) -> None: ...


def _record(k: int) -> PumpPower:
    return PumpPower(float(k), 1.0, 1.0, 0.1)


def test_records_lost_while_something_else_ends_the_run_are_told(caplog: pytest.LogCaptureFixture) -> None:
    def stopped() -> None:
        with Recorder(ListSink(break_at=0)) as recorder:
            recorder.put(Slot("pump", (0,)), _record(0))
            raise StoppedError("enough")

    with pytest.raises(StoppedError, match="enough"):
        stopped()
    assert "records are lost: the run file could not be written: disk gone" in caplog.text


def test_everything_handed_over_is_written_in_order_by_another_thread() -> None:
    sink = ListSink()
    with Recorder(sink, depth=2) as recorder:
        for k in range(50):
            recorder.put(Slot("pump", (k,)), _record(k))
    assert [slot.index for slot, _ in sink.kept] == [(k,) for k in range(50)]
    assert sink.thread != threading.current_thread().name


def test_a_record_that_comes_alone_does_not_wait_for_another() -> None:
    is_kept = threading.Event()

    class Telling(ListSink):
        def write(self, slot: Slot, record: Record) -> None:
            is_kept.set()

    with Recorder(Telling()) as recorder:
        for k in range(3):
            recorder.put(Slot("pump", (k,)), _record(k))
            assert is_kept.wait(10.0)
            is_kept.clear()


def test_whoever_is_far_ahead_waits() -> None:
    is_free, n_put = threading.Event(), 0

    class Slow(ListSink):
        def write(self, slot: Slot, record: Record) -> None:
            assert is_free.wait(10.0)
            assert n_put <= 3 + len(self.kept) + 1
            super().write(slot, record)

    sink = Slow()
    with Recorder(sink, depth=3) as recorder:
        threading.Timer(0.05, is_free.set).start()
        for k in range(20):
            recorder.put(Slot("pump", (k,)), _record(k))
            n_put += 1
    assert len(sink.kept) == 20


def test_a_write_failure_is_a_run_failure() -> None:
    sink = ListSink(break_at=1)

    def hand_over() -> None:
        with Recorder(sink) as recorder:
            for k in range(1000):
                recorder.put(Slot("pump", (k,)), _record(k))

    with pytest.raises(StorageError, match="could not be written: disk gone"):
        hand_over()
    assert len(sink.kept) == 1


def test_a_failure_at_the_last_record_is_not_missed() -> None:
    with pytest.raises(StorageError, match="disk gone"), Recorder(ListSink(break_at=0)) as recorder:
        recorder.put(Slot("pump", (0,)), _record(0))


def test_another_failure_is_not_hidden_by_the_recorder() -> None:
    def fail() -> None:
        with Recorder(ListSink(break_at=0)) as recorder:
            recorder.put(Slot("pump", (0,)), _record(0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_the_first_reason_to_stop_is_the_one_reported() -> None:
    stop = StopToken()
    stop.check()
    stop.request("Ctrl-C")
    stop.request("again")
    with pytest.raises(StoppedError, match=r"^Ctrl-C$"):
        stop.check()


def test_a_long_wait_can_be_stopped() -> None:
    clock, stop = VirtualClock(), StopToken()

    class Impatient(VirtualClock):
        def sleep(self, duration_s: float) -> None:
            super().sleep(duration_s)
            if self.now_s > 5.0:
                stop.request("enough")

    clock = Impatient()
    with pytest.raises(StoppedError, match="enough"):
        wait_until(3600.0, clock, stop)
    assert clock.now_s < 6.0


def test_waiting_ends_at_the_time_asked_for() -> None:
    clock = VirtualClock()
    wait_until(12.34, clock, StopToken())
    assert clock.now_s == pytest.approx(12.34)


def test_a_stop_that_comes_with_a_pause_is_not_waited_for() -> None:
    stop = StopToken()
    stop.request("enough")
    stop.pause("the lamp is off")
    assert not stop.paused
    assert not stop.stays_paused(60.0)


def test_what_breaks_into_a_pause_never_waits_for_what_it_broke_into() -> None:
    stop, left = StopToken(), 50

    def strike(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        """Do between any two lines of Python what a signal handler may do there."""
        nonlocal left
        sys.settrace(None)
        left -= 1
        stop.proceed()
        stop.pause("again")
        if left > 0:
            sys.settrace(strike)
            return strike
        stop.request("enough")
        return None

    before = sys.gettrace()
    sys.settrace(strike)
    try:
        stop.pause("at first")
        assert not stop.stays_paused(60.0)
    finally:
        sys.settrace(before)
    assert left <= 0


def test_the_next_run_of_a_token_may_be_broken_into_again_and_does_not_begin_paused() -> None:
    stop = StopToken()
    stop.pause("the lamp is off")
    stop.is_ending()
    stop.break_in()
    assert not stop.paused
    stop.is_beginning()
    with pytest.raises(KeyboardInterrupt):
        stop.break_in()
