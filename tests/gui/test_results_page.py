"""The Results page: a run opened, reduced, changed by dragging, kept with its choices, reported, compared."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from window_at_work import assert_exports

from procedures import GainThresholdMap
from qdlab.analysis import Reduction
from qdlab.app.parts import Recipe, carry_out, load_bench
from qdlab.gui.desk import campaign_report_of, put_on_desk, reduce_with, series_of
from qdlab.run import StopToken, ignore

LONG_MS = 120_000

NOT_DRAWN = dict.fromkeys(
    ("transient", "a_star", "gain", "gain_coefficients", "gain_lifetimes", "wavelength_thresholds", "sweep")
)
"""Parts of a reduction whose figures take long; tests of the report draw them all."""


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run with all that a threshold takes."""
    recipe = GainThresholdMap()
    recipe.potentials_v = [-0.3, -1.25]
    recipe.excitons_per_dot = [0.2, 0.8, 1.6, 4.0]
    recipe.delays_ps = [-3.0, 3.0, 5.0, 2500.0]
    recipe.n_shots = recipe.n_dark_shots = 40
    recipe.n_scans = 20
    recipe.n_cycles = 1
    recipe.step_v = 0.05
    recipe.steps_per_spectrum = 4
    recipe.settle_minimum_s = 6.0
    path = tmp_path_factory.mktemp("results") / "run.h5"
    source = {"procedure": "GainThresholdMap"}
    loaded = load_bench("paper_sim")
    carry_out(Recipe(recipe, source), loaded, path, force=False, stop=StopToken(), tell=ignore)
    return path


@pytest.fixture
def page(window: Any, qtbot: Any, run_file: Path) -> Any:
    page = window.results_page
    window.pages.setCurrentWidget(page.widget)
    page.open(run_file)
    qtbot.waitUntil(lambda: page.chosen is not None, timeout=LONG_MS)
    return page


@pytest.fixture(scope="module")
def reduction(run_file: Path) -> Reduction:
    """The run as its own choices reduce it."""
    return reduce_with(run_file, put_on_desk(run_file).choices | {"n_bootstrap": 50})


def test_a_file_says_what_it_is_before_anything_is_reduced(page: Any) -> None:
    assert "GainThresholdMap, finished" in page.facts.text()
    assert page.view.chirp.shown is not None
    x, _ = page.view.windows.lines["A0"].getData()
    assert x.min() >= 450.0
    assert not page.keep_button.isEnabled()


def test_what_is_no_run_file_is_said_and_nothing_ends(page: Any, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.h5").write_text("no run")
    page.open(tmp_path / "notes.h5")
    qtbot.waitUntil(lambda: "notes.h5" in page.message.text() and not page.errands.busy, timeout=LONG_MS)
    assert len(page.runs) == 1


def test_a_reduction_is_shown_as_it_is(page: Any, reduction: Reduction) -> None:
    page._reduced(page.chosen, reduction)
    assert [view.potential_v for view in series_of(reduction)] == [-0.3, -1.25]
    np.testing.assert_array_equal(
        page.view.map.shown.values, reduction.a_star[-1, -1].to_numpy().astype("f4")
    )
    [shown] = page.thresholds.shown
    np.testing.assert_array_equal(shown.n_gain, [one.n_gain for one in reduction.thresholds])
    page.view.potential.setCurrentIndex(0)
    np.testing.assert_array_equal(page.view.map.shown.values, reduction.a_star[0, -1].to_numpy().astype("f4"))


def test_a_run_with_gaps_begins_with_what_was_measured_last(page: Any, reduction: Reduction) -> None:
    transient = reduction.transient.copy(deep=True)
    transient["da"][1] = np.nan
    transient["da"][0, 2:] = np.nan
    page._reduced(page.chosen, replace(reduction, transient=transient))
    assert (page.view.potential.currentIndex(), page.view.fluence.currentIndex()) == (0, 1)
    assert np.isfinite(page.view.map.shown.values).any()


def test_every_plot_exports_itself_as_png_svg_and_csv(
    page: Any, reduction: Reduction, tmp_path: Path
) -> None:
    page._reduced(page.chosen, reduction)
    assert len(page.plots()) == 6
    assert_exports(page.plots(), tmp_path)


def test_closing_waits_for_what_is_written_without_blocking(window: Any, page: Any, qtbot: Any) -> None:
    go = threading.Event()
    page.errands.read(lambda _: None, lambda _: None, go.wait, LONG_MS / 1e3)
    window.close()
    assert window.isVisible()
    assert "closes when" in window.statusBar().currentMessage()
    go.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)


def test_choices_made_by_dragging_are_reduced_kept_and_reported(
    page: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, run_file: Path
) -> None:
    from pyqtgraph.Qt import QtGui

    opened: list[str] = []
    monkeypatch.setattr(QtGui.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    run = page.chosen
    run.choices["n_bootstrap"] = 50
    page.view.windows.regions["band_nm"].setRegion((608.0, 628.0))
    page.view.chirp.move(2, 0)
    page.view.chirp.move(0, 5)
    assert page.view.by_hand.isChecked()
    page.reduce_button.click()
    qtbot.waitUntil(lambda: run.reduction is not None, timeout=LONG_MS)
    assert run.reduction.choices.band_nm == (608.0, 628.0)
    assert run.reduction.chirp.artefact.shape == "by hand"
    page.keep_button.click()
    qtbot.waitUntil(lambda: page.message.text() == "kept in run.h5", timeout=LONG_MS)
    again = put_on_desk(run_file)
    assert again.is_kept
    assert tuple(again.choices["band_nm"]) == (608.0, 628.0)
    np.testing.assert_allclose(again.choices["chirp_points"], run.choices["chirp_points"])
    run.reduction = replace(run.reduction, **NOT_DRAWN)
    page.report_button.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=LONG_MS)
    assert Path(opened[0]).read_text(encoding="utf-8").startswith("<!")


def test_ticked_runs_are_compared(page: Any, qtbot: Any, run_file: Path, reduction: Reduction) -> None:
    page.open(run_file)
    qtbot.waitUntil(lambda: len(page.runs) == 2, timeout=LONG_MS)
    for run in page.runs:
        page._reduced(run, reduction)
    assert len(page.thresholds.shown) == 2
    assert page.campaign_button.isEnabled()
    page.list.item(0).setCheckState(type(page.list.item(0).checkState())(0))
    assert len(page.thresholds.shown) == 1
    assert not page.campaign_button.isEnabled()


def test_ticked_runs_are_reported_as_one_campaign(
    run_file: Path, reduction: Reduction, tmp_path: Path
) -> None:
    page = campaign_report_of([run_file, run_file], [reduction, reduction], tmp_path / "campaign")
    assert "2 runs of 1 sample" in page.read_text(encoding="utf-8")
