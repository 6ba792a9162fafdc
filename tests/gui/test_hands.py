"""A bench in a person's hands: limits kept, errors in words, everything safe at the end; without Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qdlab.app.parts import LoadedBench, load_bench
from qdlab.gui.hands import ACTS, Hands

PATIENCE_S = 20.0


@pytest.fixture
def loaded() -> LoadedBench:
    return load_bench("paper_sim")


@pytest.fixture
def hands(loaded: LoadedBench) -> Iterator[Hands]:
    hands = Hands(loaded.bench, loaded.clock)
    yield hands
    hands.join()


def act(role: str, words: str) -> Any:
    return next(one for one in ACTS[role] if one.words == words)


def done(hands: Hands, seen: Callable[[], bool]) -> None:
    """Wait for the hands' thread, which lives in real time."""
    tick = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if seen():
            return
        tick.wait(0.02)
    pytest.fail(f"not seen; last words: {list(hands.words)}")


def test_a_connected_instrument_tells_its_state(hands: Hands) -> None:
    hands.connect("delay_stage")
    done(hands, lambda: "stands at" in hands.states["delay_stage"])
    assert hands.connected == {"delay_stage"}


def test_the_stage_moves_and_the_cell_holds(hands: Hands, loaded: LoadedBench) -> None:
    for role in ("delay_stage", "potentiostat"):
        hands.connect(role)
    hands.ask("delay_stage", act("delay_stage", "Move"), 1000.0)
    hands.ask("potentiostat", act("potentiostat", "Hold, cell on"), -1.2)
    done(hands, lambda: "stands at 1000.000 ps" in hands.states["delay_stage"])
    done(hands, lambda: hands.states["potentiostat"].startswith("cell ON, -1.200 V"))
    assert loaded.world.cell.connected(loaded.clock.now_s)


def test_what_was_let_go_of_twice_is_taken_again(hands: Hands) -> None:
    """Every run takes the bench out of the hands, also of hands that are empty already."""
    hands.connect("pump_shutter")
    for _ in range(2):
        hands.join()
    hands.connect("pump_shutter")
    done(hands, lambda: "pump_shutter" in hands.connected)


@pytest.mark.parametrize(
    ("role", "words", "value", "said"),
    [
        ("potentiostat", "Hold, cell on", -1.7, "-1.7 V is outside -1.6 to 0.2 V"),
        ("attenuator", "Set", 2.0, "2 is outside 0.001 to 1"),
        ("delay_stage", "Move", 1e4, "is outside 0 to 450 mm"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_in_words(
    hands: Hands, loaded: LoadedBench, role: str, words: str, value: float, said: str
) -> None:
    hands.connect(role)
    hands.ask(role, act(role, words), value)
    done(hands, lambda: any(said in line for line in hands.words))
    assert not loaded.world.cell.connected(loaded.clock.now_s)


def test_asking_what_is_not_connected_is_said_and_ends_nothing(hands: Hands) -> None:
    hands.ask("pump_shutter", act("pump_shutter", "Open"))
    done(hands, lambda: any("not connected" in line for line in hands.words))
    hands.connect("pump_shutter")
    done(hands, lambda: hands.states["pump_shutter"] == "closed")


def test_stop_makes_all_safe_and_leaves_it_connected(hands: Hands, loaded: LoadedBench) -> None:
    for role in ("pump_shutter", "potentiostat"):
        hands.connect(role)
    hands.ask("pump_shutter", act("pump_shutter", "Open"))
    hands.ask("potentiostat", act("potentiostat", "Hold, cell on"), -1.0)
    done(hands, lambda: hands.states["potentiostat"].startswith("cell ON"))
    hands.stop()
    done(hands, lambda: hands.states["potentiostat"].startswith("cell off"))
    assert hands.states["pump_shutter"] == "closed"
    assert hands.connected == {"pump_shutter", "potentiostat"}
    assert not loaded.world.is_open("pump")


def test_letting_go_leaves_cell_and_light_off(hands: Hands, loaded: LoadedBench) -> None:
    hands.connect("potentiostat")
    hands.connect("probe_shutter")
    hands.ask("probe_shutter", act("probe_shutter", "Open"))
    hands.ask("potentiostat", act("potentiostat", "Hold, cell on"), -1.0)
    done(hands, lambda: hands.states["potentiostat"].startswith("cell ON"))
    hands.join()
    assert not hands.holding
    assert not loaded.world.cell.connected(loaded.clock.now_s)
    assert not loaded.world.is_open("probe")


@pytest.mark.parametrize("overloaded", [False, True])
def test_a_current_beyond_the_limit_switches_the_cell_off(
    hands: Hands, loaded: LoadedBench, overloaded: bool
) -> None:
    """Or beyond what the meter can tell, in a range below the limit."""
    object.__setattr__(loaded.bench.safety, "current_a", 1.0 if overloaded else 1e-12)
    if overloaded:
        loaded.world.faults.add("over_current")
    hands.connect("potentiostat")
    hands.ask("potentiostat", act("potentiostat", "Hold, cell on"), -1.5)
    done(hands, lambda: any("passes the limit" in line for line in hands.words))
    done(hands, lambda: hands.states["potentiostat"].startswith("cell off"))


def test_the_doctor_looks_at_the_whole_bench(hands: Hands, loaded: LoadedBench) -> None:
    hands.connect("pump_shutter")
    hands.examine(None)
    done(hands, lambda: not hands.examining)
    assert hands.findings[-1].what == "left safe"
    assert all(finding.well for finding in hands.findings)
    assert not hands.connected
