"""What a person moves: the run asks, waits in the dark, and goes on with Enter."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import qdlab
from qdlab.app.cli import app
from qdlab.app.config import find_config
from qdlab.app.parts import load_bench
from qdlab.app.terminal import Attendant
from qdlab.clock import VirtualClock
from qdlab.instruments import HolderByHand, Identity, LineSettings, SelectorByHand, Surroundings, Transport
from qdlab.run import Paused, StopToken
from qdlab.testing import ProbeSelectorContract, SampleHolderContract

RECIPE = """
procedure = "TransientReflection"
[steady_state]
n_scans = 2
[charging]
settle_minimum_s = 3
settle_maximum_s = 3
[transient_absorption]
delays_ps = [-3, 5, 2500]
time_zero_delays_ps = [-0.5, 0, 0.5]
n_shots = 20
n_dark_shots = 20
n_power_readings = 2
"""


def no_line(resource: str, line: LineSettings) -> Transport:
    raise AssertionError("a person has no line")


SURROUNDINGS = Surroundings(VirtualClock(), no_line)


class TestHolderByHand(SampleHolderContract):
    @pytest.fixture
    def instrument(self) -> HolderByHand:
        return HolderByHand("holder", HolderByHand.Options(), SURROUNDINGS)

    def test_asks_only_if_there_is_something_to_do(self, opened: HolderByHand) -> None:
        assert opened.ask("film") == ""
        assert opened.ask("blank") == "put the bare substrate into the beam"
        opened.select("blank")
        assert opened.ask("blank") == ""
        assert opened.identify() == Identity("a person", "moves it by hand")


class TestSelectorByHand(ProbeSelectorContract):
    @pytest.fixture
    def instrument(self) -> SelectorByHand:
        return SelectorByHand("mirror", SelectorByHand.Options(), SURROUNDINGS)


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """The simulated bench without a motor for the sample and for the probe."""
    text = find_config("paper_sim").read_text(encoding="utf-8")
    for role in ("sample_holder", "probe_selector"):
        head, tail = text.split(f"[instruments.{role}]")
        text = f"{head}[instruments.{role}]{tail.replace('simulated', 'by-hand', 1)}"
    path = tmp_path / "bench.toml"
    path.write_text(text.replace("[safety]", "[safety]\npause_s = 5", 1), encoding="utf-8")
    return path


def _run(bench: Path, keys: str) -> tuple[int, str, Path]:
    recipe, out = bench.with_name("recipe.toml"), bench.with_name("x.h5")
    recipe.write_text(RECIPE, encoding="utf-8")
    arguments = ["run", str(recipe), "--bench", str(bench), "--out", str(out)]
    done = CliRunner().invoke(app, arguments, input=keys, env={"COLUMNS": "200"})
    return done.exit_code, done.output, out


def test_a_run_asks_for_each_change_and_goes_on_with_enter(bench: Path) -> None:
    code, said, out = _run(bench, keys="\n\n\n\n")
    assert code == 0, said
    asked = [line.split(". Enter")[0] for line in said.splitlines() if line.startswith("paused")]
    assert asked == [
        "paused: put the bare substrate into the beam",
        "paused: put the film into the beam",
        "paused: send the reflected probe into the camera",
        "paused: send the transmitted probe into the camera",
    ]
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "finished"
        assert run.attrs["log"].count("goes on") == 4
        lamp = {name: run[name]["counts"].mean("scan") for name in ("film", "blank")}
        shell = lamp["film"].sel(wavelength_nm=480, method="nearest")
        assert shell < 0.95 * lamp["blank"].sel(wavelength_nm=480, method="nearest"), "nobody moved the film"


def test_where_nobody_is_the_run_ends_and_says_what_it_waited_for(bench: Path) -> None:
    bench.write_text(bench.read_text("utf-8").replace("pause_s = 5", "pause_s = 0"), encoding="utf-8")
    code, said, out = _run(bench, keys="")
    assert code == 130
    assert "paused (put the bare substrate into the beam), and nobody let it go on within 0 s" in said
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "stopped"


def test_a_bench_with_a_person_may_have_a_virtual_clock(bench: Path) -> None:
    loaded = load_bench(bench)
    assert isinstance(loaded.bench.sample_holder, HolderByHand)
    assert isinstance(loaded.bench.probe_selector, SelectorByHand)


@pytest.mark.parametrize(("keys", "goes_on"), [("\n", True), ("", False)])
def test_enter_lets_a_pause_end_and_a_closed_input_does_not(keys: str, goes_on: bool) -> None:
    stop, paper = StopToken(), io.StringIO()
    stop.pause("the lamp is off")
    Attendant(stop, Console(file=paper, width=200), io.StringIO(keys).readline)(Paused("the lamp is off"))
    for thread in threading.enumerate():
        if thread.name == "qdlab-enter":
            thread.join(10.0)
    assert stop.paused != goes_on
    assert "paused: the lamp is off. Enter: go on; Ctrl-C: stop" in paper.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_enter_pressed_before_anything_was_asked_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = os.openpty()
    stop = StopToken()
    stop.pause("put the film into the beam")
    with os.fdopen(keyboard, "wb", buffering=0) as keys, os.fdopen(terminal, encoding="utf-8") as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        keys.write(b"\n\n")
        Attendant(stop, Console(file=io.StringIO()))(Paused("put the film into the beam"))
        (waiting,) = [thread for thread in threading.enumerate() if thread.name == "qdlab-enter"]
        waiting.join(0.2)
        assert stop.paused
        keys.write(b"\n")
        waiting.join(10.0)
    assert not stop.paused


def test_a_program_that_ends_while_it_waits_for_enter_ends_quietly(bench: Path) -> None:
    """Its input stays open and silent, as a terminal that somebody has left."""
    recipe, out = bench.with_name("recipe.toml"), bench.with_name("x.h5")
    recipe.write_text(RECIPE, encoding="utf-8")
    bench.write_text(bench.read_text("utf-8").replace("pause_s = 5", "pause_s = 0.2"), encoding="utf-8")
    command = [sys.executable, "-m", "qdlab", "run", recipe, "--bench", bench, "--out", out]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        assert process.wait(timeout=120.0) == 130
        said = process.stderr.read()
    assert "nobody let it go on within 0.2 s" in said
    assert "Fatal" not in said
