"""A window that is killed loses no point, and the next one offers to measure the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from screen import PATIENCE_S, until
from window_at_work import wait_for_end

import qdlab
from qdlab.errors import QdlabError

LEAST = 20


@pytest.fixture
def killed(tmp_path: Path, queue_of_the_test: Path) -> tuple[Path, int]:
    """A run file whose window was killed, and how many points were in it when it was looked at before."""
    out = tmp_path / "run.h5"
    program = Path(__file__).with_name("window_to_kill.py")
    window = subprocess.Popen([sys.executable, str(program), str(out)], cwd=program.parent)
    try:
        before = until(lambda: n_points(out) if n_points(out) >= LEAST else 0, "points in the file")
    finally:
        window.kill()
        window.wait()
    return out, before


def n_points(path: Path) -> int:
    """Return how many points a run file holds; 0 while there is none."""
    if not path.exists():
        return 0
    try:
        with qdlab.open(path) as run:
            return int(run["ta"]["done"].sum())
    except QdlabError:
        return 0


def test_a_killed_window_loses_no_point_and_the_next_one_resumes(
    killed: tuple[Path, int], qtbot: Any
) -> None:
    from qdlab.gui import main_window

    out, before = killed
    kept = n_points(out)
    assert before <= kept < 401
    window = main_window()
    qtbot.addWidget(window)
    window.show()
    offer = window.run_page.cut_off
    assert offer.widget.isVisible()
    assert str(out) in offer.words.text()
    offer.resume.click()
    wait_for_end(window, qtbot)
    assert_recalled(window.live_page.seen)
    assert window.bar.words.text() == "finished; the bench was left safe"
    assert not offer.widget.isVisible()
    assert n_points(out) == 401
    [job] = window.queue.jobs()
    assert job.state == "finished"


def assert_recalled(seen: Any) -> None:
    """What was measured before the kill is seen again: film, voltammogram, the first rows of the map."""
    assert seen.cv is not None
    assert np.isfinite(seen.n_1s)
    assert seen.a_star is not None
    assert np.isfinite(seen.map.values).any(axis=1).sum() == 401


AT_WORK = """
import os, time
from pyqtgraph.Qt import QtCore
from qdlab.gui._application import make_application
from qdlab.gui._errands import Errands
application, parent = make_application(), QtCore.QObject()
errands = Errands(parent)
errands.compute(lambda _: print("reduced", flush=True), print, os.getpid)
while True:
    errands.look()
    time.sleep(0.01)
"""
"""A window that has let a process of its own compute something."""


def test_a_killed_window_leaves_no_process_behind() -> None:
    """What it says ends only when nobody is left who could say anything."""
    window = subprocess.Popen([sys.executable, "-c", AT_WORK], stdout=subprocess.PIPE, encoding="utf-8")
    assert window.stdout is not None
    assert window.stdout.readline() == "reduced\n"
    window.kill()
    assert window.communicate(timeout=PATIENCE_S)[0] == ""


def test_what_was_cut_off_can_be_left(killed: tuple[Path, int], qtbot: Any) -> None:
    from qdlab.gui import main_window

    out, _ = killed
    kept = n_points(out)
    window = main_window()
    qtbot.addWidget(window)
    window.show()
    window.run_page.cut_off.leave.click()
    [job] = window.queue.jobs()
    assert (job.state, job.reason) == ("stopped", "cut off; left by hand")
    assert n_points(out) == kept
