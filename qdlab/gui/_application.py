"""The Qt application, and the window shown in it until it is closed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from qdlab.gui._first import First

if TYPE_CHECKING:
    from qdlab.gui._window import MainWindow

FONT_POINTS = 10.0
"""Readable from a step away, and every page fits 1280 x 720."""


def make_application() -> Any:
    """Return the Qt application, made if there is none yet."""
    application = pg.mkQApp("qdlab")
    application.setStyle("Fusion")  # the same on every system, and the only one that takes all colours
    font = application.font()
    font.setPointSizeF(FONT_POINTS)
    application.setFont(font)
    return application


def open_window(bench: str | Path | None = None) -> None:
    """Show the window until it is closed; errors in it are said in words, InputError if there is none."""
    make_application()
    windows: list[MainWindow] = []
    before = sys.excepthook

    def show(window_on: Any) -> None:
        window = window_on(bench)
        sys.excepthook = window.say_error
        windows.append(window)
        window.show()

    first = First(_load, show)
    try:
        first.show()
        pg.exec()
    finally:
        sys.excepthook = before
    if first.failure is not None:
        raise first.failure


def _load() -> Any:
    """Load what the window stands on."""
    from qdlab.gui._window import main_window

    return main_window
