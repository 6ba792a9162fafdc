"""The bar above all pages: Stop, how far the run is, what is happening, how the last one ended."""

from __future__ import annotations

from collections.abc import Callable

from pyqtgraph.Qt import QtCore, QtWidgets

from qdlab.app.parts import duration_in_words
from qdlab.gui._mailbox import Latest
from qdlab.gui._style import STOP

_FINE = 1000
"""Steps of the progress bar."""

_ENDS = {
    "finished": "background: #2e7d32; color: white",
    "stopped": "background: #8a6d00; color: white",
    "failed": "background: #b71c1c; color: white",
}


class ControlBar:
    """`widget` is the bar; Stop works from every page, and by Esc."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.widget = QtWidgets.QWidget()
        self.stop_button = QtWidgets.QPushButton("STOP  (Esc)")
        self.stop_button.setStyleSheet(STOP)
        self.stop_button.setEnabled(False)
        self.stop_button.clicked.connect(stop)
        self.progress = QtWidgets.QProgressBar()
        self.progress.setRange(0, _FINE)
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QtWidgets.QVBoxLayout()
        column.addWidget(self.progress)
        column.addWidget(self.words)
        row = QtWidgets.QHBoxLayout(self.widget)
        row.addWidget(self.stop_button)
        row.addLayout(column, 1)
        self._say("no run is going on; the bench is closed")

    def begin(self) -> None:
        """Show that a run was started."""
        self.stop_button.setEnabled(True)
        self.progress.setValue(0)
        self._say("checking the plan")

    def say_stopping(self) -> None:
        """Show that the stop was asked for; it takes effect when the present act is over."""
        self.stop_button.setEnabled(False)
        self._say("stopping: the light and the cell go off when the present step can be left")

    def show(self, latest: Latest) -> None:
        """Show the latest of a run."""
        if latest.ended is not None:
            self._end(latest.ended.status, latest.ended.reason)
        elif not self.stop_button.isEnabled():
            return  # it is stopping
        elif latest.opening:
            self._say("opening the instruments")
        elif (step := latest.step) is not None:
            passed = 1.0 - step.remaining_s / step.total_s if step.total_s else 1.0
            self.progress.setValue(round(_FINE * passed))
            self._say(f"{step.description} – {duration_in_words(step.remaining_s)} left")

    def _end(self, status: str, reason: str) -> None:
        self.stop_button.setEnabled(False)
        if status == "finished":
            self.progress.setValue(_FINE)
        self._say(f"{status}: {reason}" if reason else f"{status}; the bench is safe", _ENDS[status])

    def _say(self, words: str, style: str = "") -> None:
        self.words.setText(words)
        self.words.setStyleSheet(f"padding: 4px; {style}")
