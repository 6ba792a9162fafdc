"""The window: the bar with Stop above the pages, a timer that brings what is latest, and a careful end."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import pyqtgraph as pg
from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.app.parts import LoadedBench, Recipe, load_bench
from qdlab.gui._acquisition import Acquisition
from qdlab.gui._control_bar import ControlBar
from qdlab.gui._live_page import LivePage
from qdlab.gui._run_page import RunPage
from qdlab.gui._style import DARK, LIGHT, Scheme, palette

log = logging.getLogger(__name__)

SIMULATED_BENCH = "paper_sim"
FRAME_MS = 33

FONT_POINTS = 10.0
"""Readable from a step away, and every page fits 1280 x 720."""


class MainWindow(QtWidgets.QMainWindow):  # type: ignore[misc]
    """qdlab's window on one bench."""

    def __init__(self, loaded: LoadedBench) -> None:
        super().__init__()
        self.loaded = loaded
        self.acquisition: Acquisition | None = None
        self._closing = False
        self._last_word_s = time.monotonic()
        self.bar = ControlBar(self.stop)
        self.run_page = RunPage(loaded, self.start)
        self.live_page = LivePage()
        self.pages = QtWidgets.QTabWidget()
        self.pages.addTab(self.run_page.widget, "&Run")
        self.pages.addTab(self.live_page.widget, "&Live")
        self._lay_out()
        self.set_scheme(DARK)
        self._escape = QtGui.QShortcut(QtGui.QKeySequence("Esc"), self)
        self._escape.setContext(QtCore.Qt.ShortcutContext.ApplicationShortcut)
        self._escape.activated.connect(self.stop)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(FRAME_MS)

    def start(self, recipe: Recipe, out: Path) -> None:
        """Start a run in its own thread and show the Live page."""
        self.acquisition = Acquisition(recipe, self.loaded, out)
        self.run_page.set_busy(busy=True)
        self._last_word_s = time.monotonic()
        self.bar.begin()
        self.live_page.forget()
        self.pages.setCurrentWidget(self.live_page.widget)
        self.acquisition.start()

    def stop(self) -> None:
        """Ask the run, if there is one, to end safely."""
        if self.acquisition is not None:
            self.acquisition.stop("stopped at the window")
            self.bar.say_stopping()

    def look(self) -> None:
        """Show what is new of the run; what the timer calls."""
        acquisition, now_s = self.acquisition, time.monotonic()
        if acquisition is not None and (latest := acquisition.mailbox.take()) is not None:
            self._last_word_s = now_s
            self.bar.show(latest)
            self.live_page.show(latest)
            if latest.ended is not None:
                self._over(acquisition)
        self.bar.show_tiles(now_s - self._last_word_s, "bench closed, all off")

    def set_scheme(self, scheme: Scheme) -> None:
        """Take the colours of a scheme, everywhere."""
        self.scheme = scheme
        QtWidgets.QApplication.setPalette(palette(scheme))
        for part in (self.bar, self.live_page):
            part.paint(scheme)

    def switch_scheme(self) -> None:
        """Go from dark to light, or back."""
        self.set_scheme(LIGHT if self.scheme is DARK else DARK)

    def say_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Say an error of the window itself in words, and go on; an excepthook."""
        if issubclass(kind, KeyboardInterrupt):
            self.close()
            return
        log.error("an error in the window", exc_info=(kind, error, trace))
        self.statusBar().showMessage(f"The window had an error and goes on: {kind.__name__}: {error}")

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Close; during a run ask, stop it, and close when the bench is safe."""
        if self.acquisition is None:
            self._timer.stop()
            event.accept()
            return
        event.ignore()
        if self._closing or self._is_stop_wanted():
            self._closing = True
            self.stop()

    def _over(self, acquisition: Acquisition) -> None:
        """Let go of a run that said its last word."""
        acquisition.join()
        self.acquisition = None
        self.run_page.set_busy(busy=False)
        if self._closing:
            self.close()

    def _is_stop_wanted(self) -> bool:
        """Ask whether the run may be stopped."""
        buttons = QtWidgets.QMessageBox.StandardButton
        answer = QtWidgets.QMessageBox.question(
            self,
            "A run is going on",
            "Stop the run, leave the bench safe, and close?",
            buttons.Yes | buttons.No,
            buttons.No,
        )
        return bool(answer == buttons.Yes)

    def _lay_out(self) -> None:
        middle = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(middle)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.bar.widget)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.setWindowTitle(f"qdlab – {self.loaded.bench.name}")
        self.resize(1280, 720)
        self.statusBar()


def main_window(bench: str | Path | LoadedBench | None = None) -> MainWindow:
    """Return the window on a bench, the simulated one by default; InputError if its file is wrong.

    The Qt application is made if there is none yet.
    """
    application = pg.mkQApp("qdlab")
    application.setStyle("Fusion")  # the same on every system, and the only one that takes all colours
    font = application.font()
    font.setPointSizeF(FONT_POINTS)
    application.setFont(font)
    if isinstance(bench, LoadedBench):
        return MainWindow(bench)
    return MainWindow(load_bench(SIMULATED_BENCH if bench is None else bench))


def open_window(bench: str | Path | None = None) -> None:
    """Show the window until it is closed; errors in it are said in words."""
    window = main_window(bench)
    before, sys.excepthook = sys.excepthook, window.say_error
    try:
        window.show()
        pg.exec()
    finally:
        sys.excepthook = before
