"""A bad cable: what comes through it, and what a driver makes of that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from qdlab.app.config import find_config, load_bench
from qdlab.clock import VirtualClock
from qdlab.errors import InputError, InstrumentError, NotConnectedError
from simulators import World
from simulators.wires import FaultyWire, LineFault, Wire

BenchWith = Callable[[str], Path]


class Echo(Wire):
    """Sends back what it gets."""

    def receive(self, data: bytes) -> None:
        self._pending += data


@pytest.fixture
def world() -> World:
    return World(World.Options(), VirtualClock())


def _through(world: World, fault: str, after: int = 0) -> bytes:
    wire = FaultyWire(world, Echo(world), fault, after)
    wire.receive(b"1TP?\r")
    return wire.transmit()


def test_what_comes_through_a_bad_cable(world: World) -> None:
    assert _through(world, "silence") == b""
    assert _through(world, "dropped_byte") == b"1T?\r"
    assert _through(world, "garbled") == bytes(byte ^ 0x40 for byte in b"1TP?\r")
    with pytest.raises(NotConnectedError, match="gone"):
        _through(world, "disconnect")


def test_a_late_reply_comes_whole_but_late(world: World) -> None:
    wire = FaultyWire(world, Echo(world), "late")
    wire.receive(b"1TP?\r")
    assert wire.transmit() == b""
    world.clock.sleep(5.0)
    assert wire.transmit() == b"1TP?\r"
    assert wire.transmit() == b""


@pytest.mark.parametrize("fault", get_args(LineFault))
def test_a_fault_can_begin_later(world: World, fault: str) -> None:
    assert _through(world, fault, after=1) == b"1TP?\r"


def test_an_unknown_fault_is_refused_beside_the_known_ones(world: World) -> None:
    with pytest.raises(ValueError, match="fault 'moody' is none of disconnect, dropped_byte"):
        FaultyWire(world, Echo(world), "moody")


@pytest.fixture
def bench_with(tmp_path: Path) -> BenchWith:
    """The simulated bench with its stage behind the ESP301 driver on a bad cable."""

    def bench_with(query: str) -> Path:
        text = find_config("paper_sim").read_text(encoding="utf-8")
        stage = text[text.index("[instruments.delay_stage]") : text.index("[instruments.chopper]")]
        wired = f'[instruments.delay_stage]\ndriver = "newport-esp301"\nresource = "sim://?{query}"\n'
        wired += "travel_high_mm = 450\nvelocity_mm_s = 100\n\n"
        path = tmp_path / "bench.toml"
        path.write_text(text.replace(stage, wired), encoding="utf-8")
        return path

    return bench_with


@pytest.mark.parametrize("fault", get_args(LineFault))
def test_a_driver_behind_a_bad_cable_fails_in_words_and_soon(bench_with: BenchWith, fault: str) -> None:
    loaded = load_bench(bench_with(f"fault={fault}"))
    with pytest.raises(InstrumentError, match="delay_stage: "), loaded.bench:
        pass
    assert loaded.clock.now_s < 120.0


def test_a_bad_bench_file_names_the_fault(bench_with: BenchWith) -> None:
    with pytest.raises(InputError, match="fault 'moody' is none of"):
        load_bench(bench_with("fault=moody"))
