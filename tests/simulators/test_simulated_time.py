"""How long simulated instruments take."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from virtual_laboratory import Laboratory, open_laboratory

from qdlab.clock import WallClock
from qdlab.instruments import Staircase
from simulators import SimulatedSampleHolder, SimulatedShutter, SimulatedTADetector, World


def open_shutter(lab: Laboratory) -> SimulatedShutter:
    shutter = SimulatedShutter("shutter", SimulatedShutter.Options(beam="probe"), lab.world)
    shutter.open()
    shutter.set_open(True)
    shutter.set_open(True)
    return shutter


def move(lab: Laboratory) -> None:
    lab.stage.start_move(250.0)
    lab.stage.wait(10.0)


def take_while_moving(lab: Laboratory) -> None:
    """Two seconds of shots fit into a move of two and a half."""
    lab.stage.start_move(250.0)
    lab.camera.arm(10_000)
    lab.camera.read(5.0)
    lab.stage.wait(5.0)


def scan(lab: Laboratory) -> None:
    lab.spectrometer.set_integration(0.02)
    lab.spectrometer.read(30)


def sweep(lab: Laboratory) -> None:
    lab.potentiostat.set_cell(True)
    lab.potentiostat.start_sweep(Staircase((-0.3, -0.4), 60.0))


def exchange(lab: Laboratory) -> None:
    holder = SimulatedSampleHolder("holder", SimulatedSampleHolder.Options(), lab.world)
    holder.open()
    holder.select("blank")


@pytest.mark.parametrize(
    ("act", "duration_s"),
    [
        (move, 2.5),
        (take_while_moving, 2.5),
        (lambda lab: lab.point(0.0, 150), 0.10002 + 0.03),
        (scan, 0.6),
        (sweep, 0.0),
        (exchange, 0.0),
        (open_shutter, 0.01),
        (lambda lab: lab.attenuator.set_transmission(0.5), 0.2),
        (lambda lab: lab.meter.read_power_w(), 0.1),
        (lambda lab: lab.chopper.start(), 1.0),
        (lambda lab: lab.potentiostat.measure(), 0.0),
    ],
)
def test_work_takes_the_time_it_would_take(act: Callable[[Laboratory], object], duration_s: float) -> None:
    lab = open_laboratory(faces={"camera": {"n_pixels": 16}})
    before_s = lab.clock.now_s
    act(lab)
    assert lab.clock.now_s - before_s == pytest.approx(duration_s, abs=1e-6)


def test_opening_takes_no_time_and_leaves_the_laboratory_dark_and_still() -> None:
    lab = open_laboratory()
    assert lab.clock.now_s == 0.0
    assert not any(lab.world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
    assert not lab.world.cell.connected(0.0)
    assert not lab.world.chopper_running
    assert lab.attenuator.transmission == lab.attenuator.transmission_range.low


def test_hours_of_blocks_keep_step_with_the_laser() -> None:
    """Pulse numbers follow the clock, one for one, so that the chopper's phase is never lost."""
    lab = open_laboratory(faces={"camera": {"n_pixels": 2}})
    lab.chopper.start()
    for _ in range(500):
        lab.clock.sleep(7.123456789)
        lab.camera.arm(150)
        block = lab.camera.read(1.0)
        assert np.array_equal(block.pump_on, block.sequence % 2 == 0)
        assert block.sequence[-1] / 5000.0 == pytest.approx(lab.clock.now_s, abs=0.001)


def test_blocks_back_to_back_miss_no_pulse() -> None:
    lab = open_laboratory(faces={"camera": {"n_pixels": 2}})
    numbers = []
    for _ in range(300):
        lab.camera.arm(7)
        numbers.append(lab.camera.read(1.0).sequence)
    assert np.all(np.diff(np.concatenate(numbers).astype(np.int64)) == 1)


def test_the_wall_clock_makes_the_laboratory_wait_for_real() -> None:
    world = World(World.Options(), WallClock())
    camera = SimulatedTADetector("camera", SimulatedTADetector.Options(n_pixels=4), world)
    camera.open()
    before_s = time.monotonic()
    camera.arm(250)
    camera.read(1.0)
    assert 0.05 <= time.monotonic() - before_s < 0.5


def test_a_point_is_made_in_a_few_milliseconds() -> None:
    """A demonstration has about a thousand; the bound is loose, for a machine that is busy."""
    lab = open_laboratory()
    lab.pump_probe(1.0)
    lab.point(5.0, 150)
    times_s = []
    for _ in range(20):
        start_s = time.perf_counter()
        lab.point(5.0, 150)
        times_s.append(time.perf_counter() - start_s)
    assert min(times_s) < 0.015
