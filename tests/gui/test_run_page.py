"""The Run page: a form for every procedure, what its run costs, and what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qdlab.app.parts import load, load_recipe, recipe_from, registered


def test_every_procedure_and_every_shipped_recipe_can_be_chosen(window: Any) -> None:
    chooser = window.run_page.chooser
    offered = [chooser.itemText(k) for k in range(chooser.count())]
    assert {"quick (GainThresholdMap)", "paper (GainThresholdMap)"} <= set(offered)
    assert {f"{name}, as declared" for name in registered("procedures")} <= set(offered)


def each_procedure(window: Any) -> Iterator[str]:
    """Choose one procedure after the other in the same window: to open one for each takes a minute."""
    names = registered("procedures")
    assert names
    for name in names:
        window.run_page.choose(f"{name}, as declared")
        yield name


def test_the_form_of_every_procedure_gives_back_its_declared_values(window: Any) -> None:
    for name in each_procedure(window):
        declared = load("procedures", name, name)()
        experiment, problems = window.run_page.form.read()
        assert problems == [], name
        np.testing.assert_equal(experiment.values(), declared.values(), name)  # unknown numbers are NaN


def test_every_field_says_its_unit_its_limits_and_what_it_is_for(window: Any) -> None:
    for name in each_procedure(window):
        for field in window.run_page.form.fields.values():
            assert field.parameter.description in field.widget.toolTip(), name
            if hasattr(field.parameter, "minimum"):
                assert f"{field.parameter.maximum:g}" in field.widget.toolTip(), name


def test_a_preset_fills_the_form_in(window: Any) -> None:
    window.run_page.choose("paper (GainThresholdMap)")
    experiment, _ = window.run_page.form.read()
    assert experiment.values() == load_recipe("paper").experiment.values()


def test_what_is_queued_is_what_the_form_says(window: Any, tmp_path: Path) -> None:
    window.run_page.form.fields["potentials_v"].widget.setText("-300 mV, -1.2")
    window.run_page.add()
    [job] = window.queue.jobs()
    recipe = tomllib.loads(job.recipe)
    assert recipe["procedure"] == "GainThresholdMap"
    assert recipe["charging"]["potentials_v"] == [-0.3, -1.2]
    assert job.out == (tmp_path / "run.h5").resolve()
    assert job.state == "waiting"


def test_the_queue_says_titles_files_and_how_long_it_will_take(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = window.run_page
    page.form.fields["title"].widget.setText("Film 7, before lunch")
    page.add()
    page.queue.refresh()
    shown = [page.queue.table.item(0, column).text() for column in range(5)]
    assert shown[:4] == ["…", "Film 7, before lunch", "run.h5", "waiting"]
    assert shown[4].endswith(" left")
    assert page.queue.widget.title() == f"Queue: {shown[4]}"
    assert page.queue.table.item(0, 2).toolTip() == str(tmp_path / "run.h5")


def test_what_waits_is_in_sight_above_all_that_is_long_over(window: Any, tmp_path: Path) -> None:
    page, table = window.run_page, window.run_page.queue.table
    window.pages.setCurrentWidget(page.widget)
    for k in range(12):
        page.out.setText(str(tmp_path / f"run-{k}.h5"))
        page.add()
        if k < 9:
            window.queue.end(window.queue.jobs()[k], "finished", "")
    page.queue.refresh()
    in_sight = {table.rowAt(y) for y in range(table.viewport().height())}
    assert {9, 10, 11} <= in_sight


def test_every_procedure_with_its_declared_values_goes_into_the_queue_and_comes_back(window: Any) -> None:
    added: list[str] = []
    for name in each_procedure(window):
        if window.run_page.plan_at_hand() is None:
            assert "no ta scanner" in window.run_page.plan_line.text()  # a bench may lack what it needs
            continue
        window.run_page.add()
        added.append(name)
    for name, job in zip(added, window.queue.jobs(), strict=True):
        back = recipe_from(tomllib.loads(job.recipe), job.recipe_name).experiment
        np.testing.assert_equal(back.values(), load("procedures", name, name)().values(), name)


def test_the_plan_follows_what_is_typed(window: Any, qtbot: Any) -> None:
    before = window.run_page.plan_line.text()
    assert before.startswith("17 points, ")  # 2 dark, 3 about time zero, 2 x 2 x 3
    window.run_page.form.fields["delays_ps"].widget.setText("-3, 5")
    assert not window.run_page.start_button.isEnabled()  # not planned yet
    qtbot.waitUntil(lambda: window.run_page.plan_line.text().startswith("13 points, "))
    assert window.run_page.start_button.isEnabled()


def test_a_wrong_value_is_said_beside_its_field_and_nothing_can_be_started(window: Any) -> None:
    page, field = window.run_page, window.run_page.form.fields["rate_v_s"]
    field.widget.setText("20")
    page.plan()
    assert field.message.text() == "20 is outside 1e-05 to 10 V/s"
    assert field.message.isVisibleTo(page.widget)
    assert page.plan_line.text() == "CV sweep rate: 20 is outside 1e-05 to 10 V/s"
    assert not page.start_button.isEnabled()
    field.widget.setText("20 mV/s")
    page.plan()
    assert not field.message.isVisibleTo(page.widget)
    assert page.start_button.isEnabled()


def test_every_problem_is_said_at_once(window: Any) -> None:
    page = window.run_page
    page.form.fields["thickness_nm"].widget.setText("thin")
    page.form.fields["n_cycles"].widget.setText("1.5")
    page.plan()
    assert page.plan_line.text().splitlines() == [
        "Film thickness: a number in nm is wanted here",
        "CV cycles: a whole number is wanted here",
    ]


def test_what_the_bench_cannot_do_is_said_and_nothing_can_be_started(window: Any) -> None:
    page = window.run_page
    page.form.fields["potentials_v"].widget.setText("-0.3, -1.7")
    page.plan()
    assert page.plan_line.text() == "potential: -1.7 V is outside -1.6 to 0.2 V"
    assert not page.start_button.isEnabled()
    page.start()
    assert window.acquisition is None


def test_a_file_that_exists_is_never_replaced(window: Any, tmp_path: Path) -> None:
    (tmp_path / "old.h5").write_text("precious")
    window.run_page.out.setText(str(tmp_path / "old.h5"))
    window.run_page.plan()
    assert "exists already" in window.run_page.plan_line.text()
    assert not window.run_page.start_button.isEnabled()


def test_scrolling_through_the_form_changes_no_choice(window: Any) -> None:
    from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

    choice = window.run_page.form.fields["strategy"].widget
    before, at, none = choice.currentText(), QtCore.QPointF(5, 5), QtCore.Qt.MouseButton.NoButton
    phase, no_key = QtCore.Qt.ScrollPhase.NoScrollPhase, QtCore.Qt.KeyboardModifier.NoModifier
    wheel = QtGui.QWheelEvent(at, at, QtCore.QPoint(), QtCore.QPoint(0, -120), none, no_key, phase, False)
    QtWidgets.QApplication.sendEvent(choice, wheel)
    assert choice.currentText() == before


def test_a_dialogue_leaves_stop_within_reach(window: Any, tmp_path: Path) -> None:
    from pyqtgraph.Qt import QtWidgets

    page, before = window.run_page, window.run_page.chooser.currentText()
    page._chosen("Open a recipe file…")
    [dialogue] = page.widget.findChildren(QtWidgets.QFileDialog)
    assert dialogue.isVisible()
    assert QtWidgets.QApplication.activeModalWidget() is None
    assert page.chooser.currentText() == before
    (tmp_path / "mine.toml").write_text('procedure = "SteadyState"\n')
    dialogue.filesSelected.emit([str(tmp_path / "mine.toml")])
    dialogue.close()
    assert page.chooser.currentText().startswith("mine (")


def test_no_two_keys_of_a_page_are_the_same(window: Any) -> None:
    from pyqtgraph.Qt import QtWidgets

    tabs = window.pages.tabBar()
    for k in range(window.pages.count()):
        window.pages.setCurrentIndex(k)
        kinds = (QtWidgets.QAbstractButton, QtWidgets.QLabel)
        shown = [one.text() for kind in kinds for one in window.findChildren(kind) if one.isVisible()]
        words = [*shown, *(tabs.tabText(n) for n in range(tabs.count()))]
        keys = [text[text.index("&") + 1].lower() for text in words if "&" in text]
        assert len(set(keys)) == len(keys), sorted(keys)
