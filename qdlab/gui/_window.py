"""The window: the bar with Stop above the pages, a timer that brings what is latest, and a careful end."""

from __future__ import annotations

import gc
import logging
import math
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui, QtWidgets
from pyqtgraph.util.garbage_collector import GarbageCollector

from qdlab.app.parts import LoadedBench, load_bench
from qdlab.app.queue import Queue, default_path
from qdlab.gui._acquisition import Acquisition
from qdlab.gui._application import make_application
from qdlab.gui._bench_page import BenchPage
from qdlab.gui._control_bar import ControlBar
from qdlab.gui._live_page import LivePage
from qdlab.gui._mailbox import Mailbox
from qdlab.gui._results_page import ResultsPage
from qdlab.gui._run_page import RunPage
from qdlab.gui._style import DARK, LIGHT, Scheme, palette
from qdlab.gui.hands import Hands

log = logging.getLogger(__name__)

SIMULATED_BENCH = "paper_sim"
FRAME_MS = 33


class MainWindow(QtWidgets.QMainWindow):  # type: ignore[misc]
    """qdlab's window on one bench; `bench_name` is what the queue calls it."""

    def __init__(self, loaded: LoadedBench, bench_name: str, queue: Queue) -> None:
        super().__init__()
        self.loaded, self.bench_name, self.queue = loaded, bench_name, queue
        self.acquisition: Acquisition | None = None
        self._mailbox: Mailbox | None = None
        self._closing = False
        self._last_word_s = time.monotonic()
        self.hands = Hands(loaded.bench, loaded.clock)
        self.bar = ControlBar(self.stop, self.pause)
        self.run_page = RunPage(loaded, bench_name, queue, self.begin)
        self.live_page = LivePage()
        self.bench_page = BenchPage(self.hands, self.run_page.plan_at_hand)
        self.results_page = ResultsPage()
        self.pages = QtWidgets.QTabWidget()
        for page, name in (
            (self.run_page, "&Run"),
            (self.live_page, "&Live"),
            (self.bench_page, "&Bench"),
            (self.results_page, "Res&ults"),
        ):
            self.pages.addTab(page.widget, name)
        self._lay_out()
        self.set_scheme(DARK)
        in_window, anywhere = (
            QtCore.Qt.ShortcutContext.WindowShortcut,
            QtCore.Qt.ShortcutContext.ApplicationShortcut,
        )
        self._key("Esc", self.stop, in_window)  # in a dialogue it closes that
        self._key("Ctrl+D", self.switch_scheme, anywhere)
        self._key("Ctrl+Q", self.close, anywhere)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(FRAME_MS)
        # An item of Qt that another thread collects as garbage while it is drawn ends the program.
        self._garbage = GarbageCollector()

    def begin(self) -> None:
        """Work on the queue in a thread of its own, and show the Live page."""
        if self.acquisition is not None:
            return
        self._closing = False  # who begins a run has changed their mind
        self.acquisition = Acquisition(
            self.queue, self.bench_name, self.loaded, self.hands, self.run_page.queue.on_failure
        )
        self._begin_run(self.acquisition.mailbox)
        self.run_page.set_busy(busy=True)
        self.bench_page.set_busy(busy=True)
        self.pages.setCurrentWidget(self.live_page.widget)
        self.acquisition.start()

    def stop(self) -> None:
        """Ask the run, if there is one, to end safely; make safe what a person has in hand."""
        if self.acquisition is not None:
            self.acquisition.stop("stopped at the window")
            self.bar.say_stopping()
        else:
            self.hands.stop()

    def pause(self) -> None:
        """Let the run wait, or go on if it waits."""
        if self.acquisition is not None:
            if self.acquisition.paused:
                self.acquisition.proceed()
            else:
                self.acquisition.pause()

    def look(self) -> None:
        """Show what is new of the run; what the timer calls."""
        now_s = time.monotonic()
        if (acquisition := self.acquisition) is not None:
            over = not acquisition.running  # asked first: what it said last is then in the mailbox
            if acquisition.mailbox is not self._mailbox:
                self._begin_run(acquisition.mailbox)
            if (latest := acquisition.mailbox.take()) is not None:
                self._last_word_s = now_s
                self.bar.show(latest)
                self.live_page.show(latest)
                if latest.step is not None:
                    self.run_page.queue.times.running_s = latest.step.remaining_s
            if over:
                self._over(acquisition)
        self.bar.allow_stop(self.acquisition is not None or self.hands.is_on)
        paused = self.acquisition is not None and self.acquisition.paused
        self.bar.allow_pause(allowed=self.acquisition is not None, paused=paused)
        self.bar.show_tiles(now_s - self._last_word_s, self.bench_page.in_words())
        if self._closing and self._is_free:
            self.close()

    def set_scheme(self, scheme: Scheme) -> None:
        """Take the colours of a scheme, everywhere."""
        self.scheme = scheme
        QtWidgets.QApplication.setPalette(palette(scheme))
        for widget in self.findChildren(QtWidgets.QWidget):
            if sheet := widget.styleSheet():
                widget.setStyleSheet(sheet)  # what has a style of its own takes the new colours only so
        for part in (self.bar, self.live_page, self.bench_page, self.results_page):
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
        """Close when the bench is safe and nothing is being written; during a run ask, and stop it first."""
        if self._is_free:
            self._timer.stop()
            self._garbage.timer.stop()
            gc.enable()
            self.results_page.close()
            event.accept()
            return
        event.ignore()
        if self.acquisition is None:
            self._closing = True
            self.statusBar().showMessage("The window closes when the bench is safe and the results are done.")
            if self.hands.holding:
                self.hands.release()
        elif self._closing or self._is_stop_wanted():
            self._closing = True
            self.stop()

    @property
    def _is_free(self) -> bool:
        """Whether nothing goes on that must not be left alone."""
        return self.acquisition is None and not self.hands.holding and not self.results_page.errands.busy

    def _begin_run(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._last_word_s = time.monotonic()
        self.bar.begin(mailbox.name)
        self.live_page.forget()
        self.run_page.queue.times.running_s = math.nan
        self.run_page.queue.refresh()

    def _over(self, acquisition: Acquisition) -> None:
        """Let go of a queue that was worked on."""
        acquisition.join()
        self.acquisition = None
        self.run_page.set_busy(busy=False)
        self.bench_page.set_busy(busy=False)

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

    def _key(self, key: str, act: Any, context: Any) -> None:
        shortcut = QtGui.QShortcut(QtGui.QKeySequence(key), self)
        shortcut.setContext(context)
        shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        middle = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(middle)
        column.setContentsMargins(4, 4, 4, 0)
        column.addWidget(self.bar.widget)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.setWindowTitle(f"qdlab – {self.loaded.bench.name}")
        self.resize(QtCore.QSize(1280, 720).boundedTo(QtWidgets.QApplication.primaryScreen().availableSize()))
        self.statusBar().setSizeGripEnabled(False)


def main_window(bench: str | Path | LoadedBench | None = None) -> MainWindow:
    """Return the window on a bench, the simulated one by default; InputError if its file is wrong."""
    make_application()
    queue = Queue(Path(os.environ.get("QDLAB_QUEUE") or default_path()))
    if isinstance(bench, LoadedBench):
        return MainWindow(bench, bench.bench.name, queue)
    name = SIMULATED_BENCH if bench is None else str(bench)
    return MainWindow(load_bench(name), name, queue)
