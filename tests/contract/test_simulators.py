"""Every simulated instrument keeps its contract, and the world shows that what it says is so."""

from __future__ import annotations

import pytest

from qdlab.clock import VirtualClock
from qdlab.instruments import Staircase
from qdlab.testing import (
    AttenuatorContract,
    ChopperContract,
    DelayStageContract,
    PotentiostatContract,
    PowerMeterContract,
    ProbeSelectorContract,
    SampleHolderContract,
    ShutterContract,
    SpectrometerContract,
    TADetectorContract,
)
from simulators import (
    SimulatedAttenuator,
    SimulatedChopper,
    SimulatedDelayStage,
    SimulatedPotentiostat,
    SimulatedPowerMeter,
    SimulatedProbeSelector,
    SimulatedSampleHolder,
    SimulatedShutter,
    SimulatedSpectrometer,
    SimulatedTADetector,
    World,
)


class Simulated:
    """The world and its clock, for every suite below."""

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def world(self, clock: VirtualClock) -> World:
        return World(World.Options(), clock)


class TestSimulatedPotentiostat(Simulated, PotentiostatContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedPotentiostat:
        return SimulatedPotentiostat("pstat", SimulatedPotentiostat.Options(), world)

    def test_the_film_follows_the_cell(self, opened: SimulatedPotentiostat, world: World) -> None:
        opened.hold(-1.5)
        world.clock.sleep(60.0)
        assert world.cell.n_1s(world.clock.now_s) < 1e-6
        opened.set_cell(True)
        world.clock.sleep(60.0)
        assert world.cell.n_1s(world.clock.now_s) > 1.99
        opened.set_cell(False)
        world.clock.sleep(60.0)
        assert world.cell.n_1s(world.clock.now_s) < 1e-6

    def test_a_current_beyond_the_range_is_an_overload(self, opened: SimulatedPotentiostat) -> None:
        opened.hold(-0.3)
        opened.set_cell(True)
        opened.set_current_range(1e-6)
        assert not opened.measure().overload
        opened.hold(-1.5)
        reading = opened.measure()
        assert reading.overload
        assert reading.current_a == pytest.approx(-1e-6)

    def test_potentials_are_rounded_to_what_the_instrument_can(
        self, opened: SimulatedPotentiostat, world: World
    ) -> None:
        opened.hold(-0.70001)
        opened.set_cell(True)
        applied_v = world.cell.potential_v(world.clock.now_s)
        assert applied_v == opened.measure().potential_v
        assert applied_v == pytest.approx(-0.70005, abs=1e-9)

    def test_a_sweep_counts_all_the_charge(self, opened: SimulatedPotentiostat, world: World) -> None:
        opened.set_current_range(1e-3)
        opened.hold(-0.3)
        opened.set_cell(True)
        opened.start_sweep(Staircase((-1.5,) * 40, step_s=1.0))
        world.clock.sleep(40.5)
        charge_c = opened.read_sweep().current_a.sum() * 1.0
        # two electrons in each of 1e13 dots, 10 uF charged by 1.2 V, 40 s of leak through 10 nS
        expected_c = -(1.602e-19 * 2e13 * 0.9987 + 1e-5 * 1.2 + 1e-8 * 1.2 * 40.0)
        assert charge_c == pytest.approx(expected_c, rel=0.005)


class TestSimulatedDelayStage(Simulated, DelayStageContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedDelayStage:
        return SimulatedDelayStage("stage", SimulatedDelayStage.Options(), world)

    def test_the_world_is_where_the_stage_says(self, opened: SimulatedDelayStage, world: World) -> None:
        opened.start_move(123.45678)
        world.clock.sleep(0.5)
        assert opened.position_mm == world.stage.position_mm(world.clock.now_s) == pytest.approx(50.0)
        opened.wait(10.0)
        assert opened.position_mm == world.stage.position_mm(world.clock.now_s) == pytest.approx(123.4568)


class TestSimulatedChopper(Simulated, ChopperContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedChopper:
        return SimulatedChopper("chopper", SimulatedChopper.Options(), world)


class TestSimulatedTADetector(Simulated, TADetectorContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedTADetector:
        world.chopper_running = True
        return SimulatedTADetector("camera", SimulatedTADetector.Options(), world)

    def test_nothing_is_tagged_while_the_chopper_stands(
        self, opened: SimulatedTADetector, world: World
    ) -> None:
        world.chopper_running = False
        opened.arm(10)
        assert not opened.read(1.0).pump_on.any()


class TestSimulatedSpectrometer(Simulated, SpectrometerContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedSpectrometer:
        return SimulatedSpectrometer("fibre", SimulatedSpectrometer.Options(), world)


class TestSimulatedAttenuator(Simulated, AttenuatorContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedAttenuator:
        return SimulatedAttenuator("attenuator", SimulatedAttenuator.Options(), world)

    def test_the_pump_is_as_weak_as_the_attenuator_says(
        self, opened: SimulatedAttenuator, world: World
    ) -> None:
        world.set_open("pump", True)
        opened.set_transmission(0.123456789)
        assert opened.transmission == pytest.approx(0.12346, abs=1e-9)
        assert world.fluence_cm2 == pytest.approx(0.12346 * world.options.pump.full_fluence_cm2)


class TestSimulatedPowerMeter(Simulated, PowerMeterContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedPowerMeter:
        return SimulatedPowerMeter("meter", SimulatedPowerMeter.Options(), world)


class TestSimulatedSampleHolder(Simulated, SampleHolderContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedSampleHolder:
        return SimulatedSampleHolder("holder", SimulatedSampleHolder.Options(), world)

    def test_the_world_has_the_blank_in_the_beam(self, opened: SimulatedSampleHolder, world: World) -> None:
        opened.select("blank")
        assert world.sample == "blank"


class TestSimulatedShutter(Simulated, ShutterContract):
    @pytest.fixture(params=["lamp", "excitation", "pump", "probe"])
    def instrument(self, request: pytest.FixtureRequest, world: World) -> SimulatedShutter:
        return SimulatedShutter("shutter", SimulatedShutter.Options(beam=request.param), world)

    def test_only_its_own_beam_is_opened(
        self, opened: SimulatedShutter, world: World, request: pytest.FixtureRequest
    ) -> None:
        opened.set_open(True)
        lit = [beam for beam in ("lamp", "excitation", "pump", "probe") if world.is_open(beam)]
        assert lit == [opened._options.beam]


class TestSimulatedProbeSelector(Simulated, ProbeSelectorContract):
    @pytest.fixture
    def instrument(self, world: World) -> SimulatedProbeSelector:
        return SimulatedProbeSelector("mirror", SimulatedProbeSelector.Options(), world)
