"""The window: runs started, watched and stopped without a command line. The only room that knows Qt.

`look` works out what is shown, without Qt; `plots` draw it; the pages are what a person uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdlab.app.parts import LoadedBench
    from qdlab.gui._window import MainWindow

__all__ = ["main_window", "open_window"]


def main_window(bench: str | Path | LoadedBench | None = None) -> MainWindow:
    """Return the window on a bench, the simulated one by default; InputError if its file is wrong.

    The Qt application is made if there is none yet.
    """
    from qdlab.gui._window import main_window

    return main_window(bench)


def open_window(bench: str | Path | None = None) -> None:
    """Show the window until it is closed; errors in it are said in words."""
    from qdlab.gui._opening import open_window

    open_window(bench)
