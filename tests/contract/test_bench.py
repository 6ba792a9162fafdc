"""The contract suites on a whole bench: `pytest tests/contract/test_bench.py --bench BENCH.toml`.

On a real bench this moves the stage, switches the cell and opens shutters: put no sample in.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qdlab.app.config import LoadedBench, find_config, load_bench
from qdlab.clock import Clock
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


class OnBench:
    """The bench of the command line; without one these suites are left out (tests/conftest.py)."""

    @pytest.fixture
    def bench_at_hand(self, request: pytest.FixtureRequest) -> LoadedBench:
        return load_bench(request.config.getoption("--bench"))

    @pytest.fixture
    def clock(self, bench_at_hand: LoadedBench) -> Clock:
        return bench_at_hand.clock


class TestPotentiostat(OnBench, PotentiostatContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.potentiostat


class TestDelayStage(OnBench, DelayStageContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.delay_stage


class TestChopper(OnBench, ChopperContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.chopper


class TestTADetector(OnBench, TADetectorContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Iterator[Any]:
        """Give the camera a turning chopper to tag its shots by."""
        chopper = bench_at_hand.bench.chopper
        chopper.open()
        chopper.start()
        yield bench_at_hand.bench.ta_detector
        chopper.stop()
        chopper.close()


class TestSpectrometer(OnBench, SpectrometerContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.spectrometer


class TestAttenuator(OnBench, AttenuatorContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.attenuator


class TestPowerMeter(OnBench, PowerMeterContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.power_meter


class TestSampleHolder(OnBench, SampleHolderContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.sample_holder


class TestProbeSelector(OnBench, ProbeSelectorContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench) -> Any:
        return bench_at_hand.bench.probe_selector


@pytest.mark.parametrize("path", ["lamp", "excitation", "pump", "probe"])
class TestShutter(OnBench, ShutterContract):
    @pytest.fixture
    def instrument(self, bench_at_hand: LoadedBench, path: str) -> Any:
        return bench_at_hand.bench.shutters[path]


def test_the_simulated_bench_keeps_all_contracts(request: pytest.FixtureRequest) -> None:
    """The same command that a laboratory gives, on the bench that everybody has."""
    if request.config.getoption("--bench") is not None:
        pytest.skip("this is that command")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__))]
    done = subprocess.run(
        [*command, "--bench", str(find_config("paper_sim"))],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
