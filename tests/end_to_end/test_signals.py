"""A run is asked to end from outside, in real time: how it exits, leaves the laboratory, and what it says."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qdlab.app.config import find_config
from qdlab.storage import open_run

WATCHED = Path(__file__).with_name("watched_command.py")
ON_WINDOWS = sys.platform == "win32"
PATIENCE_S = 60.0
AGAIN_S = 0.1

RECIPE = """
procedure = "TransientAbsorption"
[steady_state]
n_scans = 2
[charging]
settle_minimum_s = 3
settle_maximum_s = 3
[transient_absorption]
time_zero_delays_ps = [0]
delays_ps = [-3, 5, 2500]
n_dark_shots = 20
n_power_readings = 2
n_shots = """
SHORT, LONG = 1000, 50_000
"""Shots that take a fifth of a second, and ten seconds."""


@contextmanager
def exposing(folder: Path, n_shots: int) -> Iterator[subprocess.Popen[str]]:
    """Yield a run in real time as its camera takes pumped shots, in a process group of its own."""
    recipe, bench = folder / "recipe.toml", folder / "bench.toml"
    recipe.write_text(f"{RECIPE}{n_shots}\n", encoding="utf-8")
    text = find_config("paper_sim").read_text(encoding="utf-8")
    few = text.replace(
        'ta_detector]\ndriver = "simulated"', 'ta_detector]\ndriver = "simulated"\nn_pixels = 16'
    )
    bench.write_text(few.replace('clock = "virtual"', 'clock = "wall"'), encoding="utf-8")
    arguments = ["run", recipe, "--bench", bench, "--out", folder / "x.h5"]
    with subprocess.Popen(
        [sys.executable, WATCHED, folder / "told.json", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    ) as process:
        assert process.stdout is not None
        try:
            assert any("exposing" in line for line in process.stdout), process.communicate()
            yield process
        finally:
            process.kill()


def assert_ended(folder: Path, process: subprocess.Popen[str], said: str, reason: str) -> None:
    """Hold the end of an interrupted run against what must be."""
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, stderr
    assert said in stderr
    assert f"qdlab run --resume {folder / 'x.h5'} measures what is missing" in stdout
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    assert told == {"cell": False, "open": [], "moving": False, "chopper": False}
    with open_run(folder / "x.h5", verify=True) as run:
        assert (run.attrs["status"], run.attrs["reason"]) == ("stopped", reason)
        assert run.attrs["damaged_records"] == 0


@pytest.mark.parametrize("name", ["SIGBREAK"] if ON_WINDOWS else ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_a_run_safely_and_exits_with_130(name: str, tmp_path: Path) -> None:
    with exposing(tmp_path, SHORT) as process:
        process.send_signal(getattr(signal, "CTRL_BREAK_EVENT" if ON_WINDOWS else name))
        assert_ended(tmp_path, process, f"interrupted ({name})", f"interrupted ({name})")


@pytest.mark.skipif(ON_WINDOWS, reason="a wait that is under way is not broken off there")
def test_a_second_ctrl_c_breaks_a_long_wait_off_and_still_leaves_all_safe(tmp_path: Path) -> None:
    with exposing(tmp_path, LONG) as process:
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):  # the camera is waited for
            process.wait(AGAIN_S)
        assert process.stderr is not None
        assert any("Ctrl-C once more breaks into it" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        assert_ended(tmp_path, process, "interrupted", "interrupted in the middle of a step")


@pytest.mark.skipif(ON_WINDOWS, reason="Ctrl-Z does not suspend there")
def test_ctrl_z_pauses_a_run_in_the_dark_and_enter_lets_it_go_on(tmp_path: Path) -> None:
    with exposing(tmp_path, SHORT) as process:
        process.send_signal(signal.SIGTSTP)
        assert process.stdout is not None
        assert any("paused: Ctrl-Z. Enter: go on" in line for line in process.stdout)
        said, stderr = process.communicate("\n", timeout=PATIENCE_S)
        assert process.returncode == 0, stderr
    assert "goes on" in said
    with open_run(tmp_path / "x.h5", verify=True) as run:
        assert run.attrs["status"] == "finished"
        assert [line.split(" ", 1)[1] for line in run.attrs["log"].splitlines()] == [
            "paused: Ctrl-Z",
            "goes on",
        ]
