"""The Bench page: numbers typed with or without a unit, what is on seen from afar, Stop."""

from __future__ import annotations

from typing import Any

import pytest
from window_at_work import assert_safe

from qdlab.gui._instrument_row import number_in


@pytest.fixture
def page(window: Any) -> Any:
    window.pages.setCurrentWidget(window.bench_page.widget)
    return window.bench_page


def test_every_instrument_has_a_row_and_its_limits(page: Any, window: Any) -> None:
    assert set(page.rows) == set(window.hands.instruments)
    assert page.rows["potentiostat"].fields["Hold, cell on"].toolTip() == "-1.6 to 0.2 V"


def test_by_hand_from_connect_to_stop(page: Any, window: Any, qtbot: Any) -> None:
    row = page.rows["potentiostat"]
    qtbot.waitUntil(row.switch.isEnabled)
    row.switch.click()
    qtbot.waitUntil(lambda: row.acts.isEnabled(), timeout=10_000)
    row.fields["Hold, cell on"].setText("-1200 mV")
    row.buttons["Hold, cell on"].click()
    qtbot.waitUntil(lambda: row.state.text().startswith("cell ON, -1.200 V"), timeout=10_000)
    qtbot.waitUntil(lambda: "cell ON" in window.bar.tiles[0].words.text(), timeout=10_000)
    window.bar.stop_button.click()
    qtbot.waitUntil(lambda: row.state.text().startswith("cell off"), timeout=10_000)
    assert_safe(window)


def test_what_is_no_number_is_said(page: Any, window: Any, qtbot: Any) -> None:
    page.rows["delay_stage"].fields["Move"].setText("far")
    page.rows["delay_stage"]._ask(page_act("Move"))
    qtbot.waitUntil(lambda: "'far': a number in ps is wanted here" in page.words.toPlainText())


def test_a_run_takes_the_bench_out_of_the_hands(page: Any, window: Any, qtbot: Any) -> None:
    page.rows["pump_shutter"].switch.click()
    qtbot.waitUntil(lambda: "pump_shutter" in window.hands.connected, timeout=10_000)
    window.run_page.start()
    assert page.note.text()
    window.pages.setCurrentWidget(page.widget)
    page.refresh()
    assert page.rows["delay_stage"].state.text() == "in the hands of the run"
    qtbot.waitUntil(lambda: window.acquisition is None, timeout=60_000)
    assert window.bar.words.text() == "finished; the bench was left safe"
    assert not window.hands.connected


def test_closing_lets_go_of_the_bench_first(page: Any, window: Any, qtbot: Any) -> None:
    page.rows["pump_shutter"].switch.click()
    qtbot.waitUntil(lambda: "pump_shutter" in window.hands.connected, timeout=10_000)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not window.hands.holding
    assert_safe(window)


@pytest.mark.parametrize(
    ("power_w", "words"),
    [(5.25e-3, "5.25 mW"), (20.8e-6, "20.8 µW"), (-1.54e-8, "-15.4 nW"), (0.0, "0 nW"), (2.0, "2 W")],
)
def test_a_power_has_the_unit_of_its_size(power_w: float, words: str) -> None:
    from qdlab.gui.hands._states import _power

    assert _power(power_w) == words


@pytest.mark.parametrize(("text", "number"), [("-1.2", -1.2), ("-1200 mV", -1.2), ("0", 0.0)])
def test_numbers_may_have_a_unit(text: str, number: float) -> None:
    assert number_in(text, "V") == pytest.approx(number)


def page_act(words: str) -> Any:
    from qdlab.gui.hands import ACTS

    return next(act for act in ACTS["delay_stage"] if act.words == words)
