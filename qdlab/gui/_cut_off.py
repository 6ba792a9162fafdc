"""The offer to resume what a crash cut off."""

from __future__ import annotations

from collections.abc import Callable

from pyqtgraph.Qt import QtWidgets

from qdlab.app.queue import Job
from qdlab.gui._style import OFFER


class CutOff:
    """A line with two buttons; out of sight if there is nothing to resume."""

    def __init__(self, resume: Callable[[], None], leave: Callable[[], None]) -> None:
        self.widget = QtWidgets.QFrame()
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.resume, self.leave = QtWidgets.QPushButton("Resu&me"), QtWidgets.QPushButton("Lea&ve it")
        self.resume.clicked.connect(lambda: resume())
        self.leave.clicked.connect(lambda: leave())
        row = QtWidgets.QHBoxLayout(self.widget)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.resume)
        row.addWidget(self.leave)
        self.widget.setStyleSheet(OFFER)
        self.widget.hide()

    def show(self, jobs: list[Job]) -> None:
        """Name what was cut off."""
        files = ", ".join(str(job.out) for job in jobs)
        self.words.setText(f"Cut off while it ran: {files}. What was measured is kept; resume it?")
        self.widget.setVisible(bool(jobs))
