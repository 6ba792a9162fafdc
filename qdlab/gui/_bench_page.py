"""The Bench page: every instrument with its state, asked by hand within limits; the doctor; last words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.gui._instrument_row import InstrumentRow
from qdlab.gui._style import Scheme
from qdlab.gui.hands import Hands
from qdlab.plan import Plan

REFRESH_MS = 200
HEADINGS = ("instrument", "state", "", "by hand")

PlanAtHand = Callable[[], Plan | None]


class BenchPage:
    """`widget` is the page; all speaking with instruments is done by `hands`, in their thread."""

    def __init__(self, hands: Hands, plan_at_hand: PlanAtHand) -> None:
        self.hands = hands
        self._plan_at_hand = plan_at_hand
        self.widget = QtWidgets.QWidget()
        self.rows = {role: InstrumentRow(role, hands) for role in hands.instruments}
        self.connect_all = QtWidgets.QPushButton("&Connect all")
        self.connect_all.clicked.connect(self._connect_all)
        self.disconnect_all = QtWidgets.QPushButton("Make safe and &disconnect all")
        self.disconnect_all.clicked.connect(hands.release)
        self.doctor = QtWidgets.QPushButton("Ask the doc&tor")
        self.doctor.setToolTip("Examines the whole bench, with the recipe of the Run page if it is right")
        self.doctor.clicked.connect(self._examine)
        self.findings = QtWidgets.QTableWidget(0, 3)
        self.findings.setHorizontalHeaderLabels(["", "what", "found, and what to do"])
        self.words = QtWidgets.QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setMaximumBlockCount(500)
        self.words.setAccessibleName("Last words of the instruments")
        self.note = QtWidgets.QLabel()
        self._scheme: Scheme | None = None
        self._shown_findings: list[Any] = []
        self._shown_words = 0
        self._busy = False
        self._lay_out()
        self._timer = QtCore.QTimer(self.widget)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(REFRESH_MS)

    def refresh(self) -> None:
        """Show how things are; what the timer calls."""
        if not self.widget.isVisible():
            return
        free = not self._busy and not self.hands.examining
        for row in self.rows.values():
            row.refresh(free, held=self._busy)
        self.connect_all.setEnabled(free)
        self.doctor.setEnabled(free)
        self.disconnect_all.setEnabled(self.hands.holding and not self._busy)
        self._show_words()
        if self.hands.findings is not self._shown_findings:
            self._show_findings(self.hands.findings)

    def set_busy(self, *, busy: bool) -> None:
        """Note whether a run holds the bench."""
        self._busy = busy
        self.note.setText("a run holds the bench: nothing can be asked by hand" if busy else "")

    def in_words(self) -> str:
        """Say what is on, as far as the person's own doing goes."""
        hands = self.hands
        if hands.examining:
            return "the doctor has the bench; light may be ON"
        if not hands.connected:
            return "bench closed, all off"
        on = [hands.states["potentiostat"].split(",")[0]] if "potentiostat" in hands.connected else []
        light = [role.removesuffix("_shutter") for role, state in hands.states.items() if state == "OPEN"]
        return "; ".join(
            [*(word for word in on if word), f"open: {', '.join(light)}" if light else "shutters closed"]
        )

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        self._scheme = scheme
        for row in self.rows.values():
            row.paint(scheme)
        self._show_findings(self._shown_findings)

    def _connect_all(self) -> None:
        for role in self.rows:
            if role not in self.hands.connected:
                self.hands.connect(role)

    def _examine(self) -> None:
        self.hands.examine(self._plan_at_hand())

    def _show_words(self) -> None:
        words = list(self.hands.words)
        if words and (len(words) != self._shown_words or words[-1] != self._last_word):
            self._shown_words, self._last_word = len(words), words[-1]
            self.words.setPlainText("\n".join(reversed(words)))

    _last_word = ""

    def _show_findings(self, findings: list[Any]) -> None:
        self._shown_findings = findings
        self.findings.setRowCount(len(findings))
        for k, finding in enumerate(findings):
            sign = {True: "ok", False: "NO", None: "?"}[finding.well]
            found = finding.found if finding.well else f"{finding.found} → {finding.advice}"
            for column, text in enumerate((sign, finding.what, found)):
                item = QtWidgets.QTableWidgetItem(text)
                item.setToolTip(text)
                if not finding.well and self._scheme is not None:
                    item.setForeground(QtGui.QColor(self._scheme.lines[1]))
                self.findings.setItem(k, column, item)
        self.findings.resizeColumnToContents(0)
        self.findings.resizeColumnToContents(1)

    def _lay_out(self) -> None:
        grid = QtWidgets.QGridLayout()
        grid.setVerticalSpacing(2)
        for k, row in enumerate(self.rows.values()):
            for column, widget in enumerate((row.name, row.state, row.switch, row.acts)):
                grid.addWidget(widget, k, column)
        grid.setColumnStretch(1, 1)
        buttons = QtWidgets.QHBoxLayout()
        for button in (self.connect_all, self.disconnect_all, self.doctor):
            buttons.addWidget(button)
        buttons.addWidget(self.note, 1)
        self.findings.horizontalHeader().setStretchLastSection(True)
        self.findings.verticalHeader().hide()
        self.findings.verticalHeader().setDefaultSectionSize(20)
        self.findings.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        below = QtWidgets.QHBoxLayout()
        below.addWidget(self.findings, 3)
        below.addWidget(self.words, 2)
        column = QtWidgets.QVBoxLayout(self.widget)
        column.addLayout(buttons)
        column.addLayout(grid)
        column.addLayout(below, 1)
