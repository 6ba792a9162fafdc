"""The window shown until it is closed: first what says that it is loading, then the window itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from qdlab.gui._application import make_application
from qdlab.gui._first import First

if TYPE_CHECKING:
    from qdlab.gui._window import MainWindow


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
