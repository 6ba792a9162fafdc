"""What holds for every delay stage."""

from __future__ import annotations

import math
from typing import ClassVar

import pytest

from qdlab.clock import Clock
from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments import DelayStage
from qdlab.testing._instrument import InstrumentContract, Uses, refuses


class DelayStageContract(InstrumentContract):
    """Contract of a DelayStage; its fixture `instrument` gives one, unopened, free to move `stroke_mm`."""

    protocol: ClassVar[type] = DelayStage
    tolerance_mm: ClassVar[float] = 0.01
    """How near the position read back must come."""
    stroke_mm: ClassVar[float] = 20.0
    """Length of the moves made."""
    patience_s: ClassVar[float] = 60.0
    """Longer than any move made takes."""

    def uses(self, instrument: DelayStage) -> Uses:
        """Return what must be refused while the stage is closed."""
        return super().uses(instrument) | {
            "position_mm": lambda: instrument.position_mm,
            "moving": lambda: instrument.moving,
            "home": instrument.home,
            "start_move": lambda: instrument.start_move(instrument.travel.low),
            "wait": lambda: instrument.wait(self.patience_s),
            "stop": instrument.stop,
        }

    def facts(self, instrument: DelayStage) -> Uses:
        """Return what must be known without opening the stage."""
        return super().facts(instrument) | {
            "travel": lambda: instrument.travel,
            "velocity_mm_s": lambda: instrument.velocity_mm_s,
        }

    def test_travel_and_velocity_make_sense(self, instrument: DelayStage) -> None:
        """Positions are in mm, and a move takes a finite time."""
        assert instrument.travel.unit == "mm"
        assert instrument.travel.low < instrument.travel.high
        assert 0.0 < instrument.velocity_mm_s < math.inf

    def test_reads_back_where_it_was_sent(self, opened: DelayStage) -> None:
        """A move ends where it was asked to, to the tolerance, and the stage stands there."""
        for share in (0.0, 1.0, 0.37):
            target_mm = opened.travel.low + share * self.stroke_mm
            self._move(opened, target_mm)
            assert opened.position_mm == pytest.approx(target_mm, abs=self.tolerance_mm)

    def test_homes_into_its_travel(self, opened: DelayStage) -> None:
        """Homing waits; afterwards the stage stands within its travel."""
        opened.home()
        assert not opened.moving
        assert opened.travel.low - self.tolerance_mm <= opened.position_mm
        assert opened.position_mm <= opened.travel.high + self.tolerance_mm

    def test_moves_while_others_work(self, opened: DelayStage, clock: Clock) -> None:
        """start_move returns long before the move ends; the move takes at least distance over velocity."""
        self._move(opened, opened.travel.low)
        start_s, least_s = clock.now_s, self.stroke_mm / opened.velocity_mm_s
        opened.start_move(opened.travel.low + self.stroke_mm)
        assert clock.now_s - start_s < 0.5 * least_s
        assert opened.moving
        opened.wait(self.patience_s)
        assert clock.now_s - start_s >= 0.99 * least_s

    def test_waits_only_for_what_is_left(self, opened: DelayStage, clock: Clock) -> None:
        """Time that passed since start_move is not waited for again."""
        self._move(opened, opened.travel.low)
        opened.start_move(opened.travel.low + self.stroke_mm)
        clock.sleep(2.0 * self.stroke_mm / opened.velocity_mm_s + 1.0)
        start_s = clock.now_s
        opened.wait(self.patience_s)
        assert clock.now_s - start_s < 0.5

    def test_says_when_a_move_takes_too_long(self, opened: DelayStage) -> None:
        """A wait that runs out names the stage and leaves it moving."""
        self._move(opened, opened.travel.low)
        opened.start_move(opened.travel.low + self.stroke_mm)
        with pytest.raises(InstrumentTimeoutError, match=opened.name):
            opened.wait(timeout_s=0.1 * self.stroke_mm / opened.velocity_mm_s)
        assert opened.moving
        opened.wait(self.patience_s)

    @pytest.mark.parametrize("side", ["below", "above"])
    def test_refuses_positions_outside_its_travel(self, opened: DelayStage, side: str) -> None:
        """Such a position is refused, and the stage has not moved."""
        self._move(opened, opened.travel.low + 0.5 * self.stroke_mm)
        before_mm, travel = opened.position_mm, opened.travel
        refuses(
            opened.start_move, travel.low - 1.0 if side == "below" else travel.high + 1.0, travel, opened.name
        )
        assert not opened.moving
        assert opened.position_mm == pytest.approx(before_mm, abs=self.tolerance_mm)

    def test_refuses_a_position_that_is_no_number(self, opened: DelayStage) -> None:
        """NaN is outside every range."""
        refuses(opened.start_move, math.nan, opened.travel, opened.name)
        assert not opened.moving

    @pytest.mark.parametrize("act", ["stop", "make_safe"])
    def test_stops_where_it_is(self, opened: DelayStage, clock: Clock, act: str) -> None:
        """Stopped half way, it stays between start and target."""
        low_mm = opened.travel.low
        self._move(opened, low_mm)
        opened.start_move(low_mm + self.stroke_mm)
        clock.sleep(0.5 * self.stroke_mm / opened.velocity_mm_s)
        getattr(opened, act)()
        opened.wait(self.patience_s)
        assert not opened.moving
        assert low_mm + self.tolerance_mm < opened.position_mm < low_mm + self.stroke_mm - self.tolerance_mm

    def test_stops_when_it_stands(self, opened: DelayStage) -> None:
        """Stopping a stage that stands still changes nothing."""
        before_mm = opened.position_mm
        opened.stop()
        assert opened.position_mm == pytest.approx(before_mm, abs=self.tolerance_mm)

    def _move(self, stage: DelayStage, position_mm: float) -> None:
        stage.start_move(position_mm)
        stage.wait(self.patience_s)
        assert not stage.moving
