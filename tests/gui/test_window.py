"""Runs from the window: finished, stopped, failed; what is seen meanwhile; and closing in the middle."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from window_at_work import assert_safe, opened, wait_for_end

import qdlab
from procedures import GainThresholdMap
from qdlab.app.parts import load_bench
from qdlab.errors import BadReplyError
from qdlab.testing.faults import Fault, with_fault


@pytest.fixture
def failing(qtbot: Any, tmp_path: Path, small_map: GainThresholdMap) -> Any:
    """A window on a bench of which one instrument call fails in the middle of the run."""
    from qdlab.gui import main_window

    loaded = load_bench("paper_sim")
    fault = Fault(150, lambda: BadReplyError("stage: replied '?' to 'TP'"))
    window = main_window(replace(loaded, bench=with_fault(loaded.bench, fault)))
    return opened(window, qtbot, tmp_path, small_map)


@pytest.fixture
def endless(window: Any) -> Any:
    """The window with a run that takes far longer than any test; started."""
    window.run_page.form.fields["delays_ps"].widget.setText(", ".join(str(k / 10) for k in range(2000)))
    window.run_page.start()
    return window


def test_a_run_from_start_to_finish(window: Any, qtbot: Any, tmp_path: Path) -> None:
    window.run_page.start_button.click()
    assert window.bar.stop_button.isEnabled()
    assert not window.run_page.start_button.isEnabled()
    wait_for_end(window, qtbot)
    assert window.bar.words.text() == "finished; the bench was left safe"
    assert window.bar.progress.value() == window.bar.progress.maximum()
    assert not window.bar.stop_button.isEnabled()
    assert_safe(window)
    with qdlab.open(tmp_path / "run.h5") as run:
        assert run.attrs["status"] == "finished"
        assert run["ta"]["done"].all()


def test_the_next_run_gets_a_file_of_its_own(window: Any, qtbot: Any, tmp_path: Path) -> None:
    for _ in range(2):
        window.run_page.start()
        wait_for_end(window, qtbot)
        assert window.bar.words.text() == "finished; the bench was left safe"
    assert (tmp_path / "run-2.h5").exists()
    assert window.run_page.out.text() == str(tmp_path / "run-3.h5")


def test_what_is_shown_is_what_is_in_the_file(window: Any, qtbot: Any, tmp_path: Path) -> None:
    window.run_page.start()
    wait_for_end(window, qtbot)
    seen = window.live_page.seen
    with qdlab.open(tmp_path / "run.h5") as run:
        delta_a = run["ta"]["delta_a"].values
        cv = run["cv"].dataset.load()
    np.testing.assert_array_equal(seen.point.delta_a, delta_a[-1, -1, -1])
    background = delta_a[-1, -1, :1]  # the only point before -1 ps
    np.testing.assert_allclose(seen.map.values, delta_a[-1, -1] - background, atol=1e-7)
    np.testing.assert_array_equal(seen.cv.potential_v, cv["potential_v"])
    np.testing.assert_array_equal(seen.cv.current_a, cv["current_a"])
    assert seen.point.saturation_counts == window.loaded.bench.ta_detector.saturation_counts


def test_escape_stops_a_run_and_leaves_the_bench_safe(endless: Any, qtbot: Any, tmp_path: Path) -> None:
    from pyqtgraph.Qt import QtCore

    qtbot.waitUntil(lambda: endless.live_page.seen.map is not None, timeout=30_000)
    endless.activateWindow()
    qtbot.keyClick(endless, QtCore.Qt.Key.Key_Escape)
    wait_for_end(endless, qtbot)
    assert endless.bar.words.text() == "stopped at the window"
    assert_safe(endless)
    with qdlab.open(tmp_path / "run.h5") as run:
        assert run.attrs["status"] == "stopped"


def test_the_bar_says_what_is_happening_and_how_long_it_takes(endless: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: "left" in endless.bar.words.text(), timeout=30_000)
    endless.bar.stop_button.click()
    assert endless.bar.words.text().startswith("stopping")
    wait_for_end(endless, qtbot)


def test_a_paused_run_waits_in_the_dark_and_goes_on(endless: Any, qtbot: Any) -> None:
    world = endless.loaded.world
    qtbot.waitUntil(lambda: endless.live_page.seen.map is not None, timeout=30_000)
    endless.bar.pause_button.click()
    qtbot.waitUntil(lambda: endless.bar.words.text().startswith("paused"), timeout=30_000)
    assert endless.bar.tiles[1].words.text() == "paused: go on with F8"
    assert endless.bar.words.text() == "paused at the window – shutters closed, the cell as it was"
    assert "open" not in endless.bar.tiles[0].words.text()
    assert not any(world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
    before = endless.bar.progress.value()
    endless.bar.pause_button.click()
    qtbot.waitUntil(lambda: endless.bar.words.text().startswith("step"), timeout=30_000)
    assert endless.bar.progress.value() >= before
    endless.stop()
    wait_for_end(endless, qtbot)
    assert_safe(endless)


def test_a_paused_run_can_be_stopped(endless: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: endless.live_page.seen.map is not None, timeout=30_000)
    endless.pause()
    qtbot.waitUntil(lambda: endless.bar.words.text().startswith("paused"), timeout=30_000)
    endless.stop()
    wait_for_end(endless, qtbot)
    assert endless.bar.words.text() == "stopped at the window"
    assert_safe(endless)


def test_a_film_that_charges_is_seen_look_by_look(window: Any, qtbot: Any) -> None:
    window.run_page.start()
    wait_for_end(window, qtbot)
    charging = window.live_page.seen.charging
    assert charging.where.startswith("+0.000 V")
    assert charging.time_s[0] == 0.0
    assert charging.time_s.size >= 6


def test_a_failed_run_is_said_in_words_and_another_can_be_started(failing: Any, qtbot: Any) -> None:
    failing.run_page.start()
    wait_for_end(failing, qtbot)
    assert failing.bar.words.text() == "failed: stage: replied '?' to 'TP'"
    assert_safe(failing)
    failing.run_page.plan()
    failing.run_page.start()
    wait_for_end(failing, qtbot)
    assert failing.bar.words.text() == "finished; the bench was left safe"


def test_closing_during_a_run_asks_and_goes_on_if_not_meant(
    endless: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(endless, monkeypatch, yes=False)
    assert not endless.close()
    assert endless.isVisible()
    assert endless.acquisition.running


def test_closing_during_a_run_stops_it_safely_and_then_closes(
    endless: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(endless, monkeypatch, yes=True)
    acquisition = endless.acquisition
    endless.close()
    qtbot.waitUntil(lambda: not endless.isVisible(), timeout=30_000)
    assert not acquisition.running
    assert_safe(endless)


def test_an_error_in_the_window_is_said_and_ends_nothing(window: Any) -> None:
    window.say_error(ValueError, ValueError("a slot's mistake"), None)
    assert "a slot's mistake" in window.statusBar().currentMessage()
    assert window.isVisible()


def test_no_other_thread_collects_garbage_which_may_be_qts(window: Any) -> None:
    """A plot's item that an acquisition's thread destroys while it is drawn ends the program."""
    died_in: list[threading.Thread] = []

    class Cycle:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            died_in.append(threading.current_thread())

    Cycle()
    busy = threading.Thread(target=lambda: [[k] for k in range(500_000)])
    busy.start()
    busy.join()
    assert died_in == []
    window._garbage.check()
    assert died_in == [threading.main_thread()]


def test_a_closed_window_leaves_the_collector_as_it_was(qtbot: Any) -> None:
    from qdlab.gui import main_window

    assert gc.isenabled()
    window = main_window()
    qtbot.addWidget(window)
    assert not gc.isenabled()
    window.close()
    assert gc.isenabled()


def answer(window: Any, monkeypatch: pytest.MonkeyPatch, *, yes: bool) -> None:
    """Answer the question that closing asks."""
    from pyqtgraph.Qt import QtWidgets

    buttons = QtWidgets.QMessageBox.StandardButton
    monkeypatch.setattr(QtWidgets.QMessageBox, "question", lambda *_: buttons.Yes if yes else buttons.No)
