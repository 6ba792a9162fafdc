"""What tests of the window do with it: open it, fill its form in, wait for a run's end."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from procedures import GainThresholdMap

LONG_MS = 60_000


def opened(window: Any, qtbot: Any, folder: Path, experiment: GainThresholdMap) -> Any:
    """Show a window, fill its form in; whatever the test does, nothing goes on after it."""

    def let_go(window: Any) -> None:
        if window.acquisition is not None:
            window.stop()
            wait_for_end(window, qtbot)
        window.hands.join()

    qtbot.addWidget(window, before_close_func=let_go)
    fill(window, experiment)
    window.run_page.out.setText(str(folder / "run.h5"))
    window.run_page.plan()
    window.show()
    return window


def fill(window: Any, experiment: GainThresholdMap) -> None:
    """Type every value of an experiment into the form."""
    for names in experiment.values().values():
        for name, value in names.items():
            window.run_page.form.fields[name].show_value(value)


def wait_for_end(window: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window.acquisition is None, timeout=LONG_MS)


def assert_safe(window: Any) -> None:
    """Look at the world itself, not at what drivers say of it."""
    world, now_s = window.loaded.world, window.loaded.clock.now_s
    assert not world.cell.connected(now_s)
    assert not any(world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
    assert world.stage.end_s <= now_s
    assert not world.chopper_running


def assert_exports(plots: Iterable[Any], folder: Path) -> None:
    """Let each plot export itself as PNG, SVG and CSV, and look into the files."""
    for k, plot in enumerate(plots):
        paths = {ending: folder / f"{k}.{ending}" for ending in ("png", "svg", "csv")}
        for path in paths.values():
            plot.export(path)
        assert paths["png"].read_bytes().startswith(b"\x89PNG"), plot.title
        assert "<svg" in paths["svg"].read_text(encoding="utf-8"), plot.title
        heading, *rows = csv.reader(paths["csv"].read_text(encoding="utf-8").splitlines())
        assert heading, plot.title
        assert rows, plot.title
