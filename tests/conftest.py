"""What all tests share: a laboratory to plan for, a small recipe, and a watch over what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from qdlab.app import ONE_THREAD

# As the command line does, and as early: the tests share the processors among themselves.
for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")

import numpy as np

from procedures import GainThresholdMap
from qdlab.instruments import SINGLE_ROLES
from qdlab.limits import Range
from qdlab.plan import DelayLine, Lab, PumpBeam

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy computer is no failure: examples may take the time they take.
settings.register_profile("qdlab", deadline=None)
settings.load_profile("qdlab")


def _why_no_qt() -> str:
    """Say why Qt cannot run here; empty if it can. Tried in another process: Qt aborts rather than raise."""
    code = "from PyQt5.QtWidgets import QApplication; QApplication([])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    said = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else f"Qt cannot run here: {said[-1] if said else done.returncode}"


WHY_NO_QT = _why_no_qt()
if not WHY_NO_QT:
    pytest_plugins = ["pytestqt.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a laboratory hold its own bench against the contract suites."""
    parser.addoption("--bench", metavar="BENCH.toml", help="a bench to run tests/contract/test_bench.py on")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, in words, what needs Qt where it cannot run; leave out what needs a bench without one."""
    needs_bench = [item for item in items if _uses(item, "bench_at_hand")]
    if needs_bench and not config.getoption("--bench"):
        config.hook.pytest_deselected(items=needs_bench)
        items[:] = [item for item in items if item not in needs_bench]
    if WHY_NO_QT:
        for item in items:
            if _uses(item, "qtbot"):
                item.add_marker(pytest.mark.skip(reason=WHY_NO_QT))


def _uses(item: pytest.Item, fixture: str) -> bool:
    return fixture in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def no_thread_is_left_open() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not left, f"threads still running: {left}"


@pytest.fixture
def lab() -> Lab:
    return Lab(
        name="a laboratory",
        roles=frozenset(SINGLE_ROLES),
        potential=Range(-1.6, 0.2, "V"),
        delay=Range(-60.0, 2900.0, "ps"),
        transmission=Range(1e-4, 1.0, ""),
        integration=Range(1e-3, 1.0, "s"),
        delay_line=DelayLine(passes=2, zero_mm=10.0),
        pump_beam=PumpBeam(400.0, 1.0, 2500.0, 4e14),
        stage_velocity_mm_s=100.0,
        shot_rate_hz=5000.0,
        shutter_s=0.01,
        chopper_s=2.0,
        attenuator_s=0.2,
        power_reading_s=0.1,
        saturation_counts=65535,
        spectrometer_saturation_counts=65535,
        wavelengths_nm=tuple(np.linspace(480.0, 700.0, 64).tolist()),
        spectrometer_nm=tuple(np.linspace(350.0, 1000.0, 128).tolist()),
    )


@pytest.fixture
def small_map() -> GainThresholdMap:
    """A gain threshold map of a few points."""
    recipe = GainThresholdMap()
    recipe.potentials_v = [-0.3, 0.0]
    recipe.excitons_per_dot = [0.5, 2.0]
    recipe.delays_ps = [-3.0, 0.0, 5.0]
    recipe.time_zero_delays_ps = [-0.2, 0.0, 0.2]
    recipe.n_shots = recipe.n_dark_shots = 8
    recipe.n_scans = 4
    recipe.cv_scans = 2
    recipe.n_cycles = 1
    recipe.step_v = 0.05
    recipe.steps_per_spectrum = 2
    recipe.settle_minimum_s = 3.0
    recipe.settle_maximum_s = 6.0
    return recipe
