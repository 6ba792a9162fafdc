"""A contract that nothing can break is worth nothing: each of these instruments is wrong in one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from qdlab.clock import VirtualClock
from qdlab.instruments import ShotBlock
from qdlab.testing import DelayStageContract, PotentiostatContract, ShutterContract, TADetectorContract
from simulators import (
    SimulatedDelayStage,
    SimulatedPotentiostat,
    SimulatedShutter,
    SimulatedTADetector,
    World,
)


class ClippingStage(SimulatedDelayStage):
    def start_move(self, position_mm: float) -> None:
        super().start_move(min(max(position_mm, self.travel.low), self.travel.high))


class BlockingStage(SimulatedDelayStage):
    def start_move(self, position_mm: float) -> None:
        super().start_move(position_mm)
        self.wait(60.0)


class CoastingStage(SimulatedDelayStage):
    def stop(self) -> None:
        self._reach()


class WrongWayTags(SimulatedTADetector):
    def read(self, timeout_s: float) -> ShotBlock:
        block = super().read(timeout_s)
        return replace(block, pump_on=np.arange(block.pump_on.size) % 2 == 0)


class ForgetfulPulseCounter(SimulatedTADetector):
    def read(self, timeout_s: float) -> ShotBlock:
        block = super().read(timeout_s)
        return replace(block, sequence=block.sequence - block.sequence[0])


class LivePotentiostat(SimulatedPotentiostat):
    def make_safe(self) -> None:
        self._reach()


class SilentPotentiostat(SimulatedPotentiostat):
    def hold(self, potential_v: float) -> None:
        if potential_v in self.potential_range:
            super().hold(potential_v)


class EagerShutter(SimulatedShutter):
    def set_open(self, is_open: bool) -> None:
        self._is_open = True
        super().set_open(is_open)


@pytest.fixture
def world() -> World:
    world = World(World.Options(), VirtualClock())
    world.chopper_running = True
    return world


def breaks(test: Callable[[], None]) -> bool:
    """Whether a test of a contract fails, as it must."""
    try:
        test()
    except (AssertionError, pytest.fail.Exception):
        return True
    return False


def test_an_honest_stage_breaks_nothing(world: World) -> None:
    stage = SimulatedDelayStage("stage", SimulatedDelayStage.Options(), world)
    stage.open()
    assert not breaks(lambda: DelayStageContract().test_refuses_positions_outside_its_travel(stage, "above"))
    assert not breaks(lambda: DelayStageContract().test_moves_while_others_work(stage, world.clock))
    assert not breaks(lambda: DelayStageContract().test_stops_where_it_is(stage, world.clock, "stop"))


def test_a_stage_that_clips_in_silence_is_found(world: World) -> None:
    stage = ClippingStage("stage", ClippingStage.Options(), world)
    stage.open()
    assert breaks(lambda: DelayStageContract().test_refuses_positions_outside_its_travel(stage, "above"))


def test_a_stage_that_blocks_is_found(world: World) -> None:
    stage = BlockingStage("stage", BlockingStage.Options(), world)
    stage.open()
    assert breaks(lambda: DelayStageContract().test_moves_while_others_work(stage, world.clock))


def test_a_stage_that_does_not_stop_is_found(world: World) -> None:
    stage = CoastingStage("stage", CoastingStage.Options(), world)
    stage.open()
    assert breaks(lambda: DelayStageContract().test_stops_where_it_is(stage, world.clock, "stop"))


def test_tags_that_lose_the_chopper_between_blocks_are_found(world: World) -> None:
    camera = WrongWayTags("camera", WrongWayTags.Options(n_pixels=8), world)
    camera.open()
    assert breaks(lambda: TADetectorContract().test_tags_alternate(camera))


def test_pulse_numbers_that_start_again_are_found(world: World) -> None:
    camera = ForgetfulPulseCounter("camera", ForgetfulPulseCounter.Options(n_pixels=8), world)
    camera.open()
    assert breaks(lambda: TADetectorContract().test_numbers_rise(camera))


def test_a_potentiostat_that_is_not_made_safe_is_found(world: World) -> None:
    potentiostat = LivePotentiostat("pstat", LivePotentiostat.Options(), world)
    potentiostat.open()
    assert breaks(lambda: PotentiostatContract().test_is_made_safe_while_holding(potentiostat))


def test_a_potentiostat_that_ignores_instead_of_refusing_is_found(world: World) -> None:
    potentiostat = SilentPotentiostat("pstat", SilentPotentiostat.Options(), world)
    potentiostat.open()
    assert breaks(
        lambda: PotentiostatContract().test_refuses_potentials_outside_its_range(potentiostat, "below")
    )


def test_a_shutter_that_connects_by_itself_is_found(world: World) -> None:
    shutter = EagerShutter("shutter", EagerShutter.Options(beam="pump"), world)
    assert breaks(lambda: ShutterContract().test_refuses_use_before_open(shutter))
