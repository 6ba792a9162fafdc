"""The program as its user has it: a real window, by keyboard and mouse from the recipe to the report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from screen import MISSING, Screen, screen, until, why_no_window

from qdlab.app.parts import toml_text
from qdlab.errors import QdlabError
from qdlab.storage import inspect_run

RED = (0xC6, 0x28, 0x28)
"""The colour of Stop while there is something to stop."""

PROGRAM = "from qdlab.app import main; main()"

RECIPE = {
    "procedure": "Voltammetry",
    "steady_state": {"n_scans": 20},
    "voltammetry": {"n_cycles": 1, "step_v": 0.05, "steps_per_spectrum": 2},
}
"""A run and a report of a few seconds; what is stopped before is the map that the window begins with."""


@pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")
def test_from_start_over_stop_and_a_recipe_to_the_report_by_keyboard_and_mouse(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(toml_text(RECIPE), encoding="utf-8")
    with screen() as at:
        if why := why_no_window(at):
            pytest.skip(why)
        env = {**at.env, "QDLAB_QUEUE": str(tmp_path / "queue.sqlite"), "BROWSER": "true"}
        window = subprocess.Popen(
            [sys.executable, "-c", "from qdlab.app import main; main()", "gui"], env=env, cwd=tmp_path
        )
        try:
            _use(at, tmp_path)
            at.key("ctrl+q")
            assert window.wait(60) == 0
        finally:
            window.kill()
            window.wait()


def _use(at: Screen, folder: Path) -> None:
    until(lambda: at.focused("Virtual laboratory"), "the window")
    run, again = folder / "run.h5", folder / "run-2.h5"
    until(run.exists, "the run", again=lambda: _press(at, "ctrl+Return"))
    where = until(lambda: at.find(RED, 3000), "the red Stop")
    at.click(*where)
    until(lambda: _status(run) == "stopped", "the stop")
    _press(at, "alt+r", "alt+x", "End")  # the last choice: open a recipe file
    until(lambda: at.focused("A recipe"), "the dialogue for a recipe")
    at.write(str(folder / "small.toml"))
    at.key("Return")
    until(again.exists, "the second run", again=lambda: _press(at, "alt+r", "ctrl+Return"))
    until(lambda: _status(again) == "finished", "its end")
    assert inspect_run(again).procedure == "Voltammetry"
    _press(at, "alt+u")
    at.key("ctrl+o")
    until(lambda: at.focused("Run files"), "the dialogue for a run file")
    at.write(str(again))
    at.key("Return")
    report = folder / "run-2-results" / "report.html"
    until(report.exists, "the report", again=lambda: _press(at, "ctrl+p", "ctrl+r"))


def _press(at: Screen, *keys: str) -> None:
    at.focused("Virtual laboratory")
    at.key(*keys)


def _status(path: Path) -> str:
    try:
        return inspect_run(path).status
    except (QdlabError, OSError):
        return ""
