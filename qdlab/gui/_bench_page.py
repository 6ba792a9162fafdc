"""The Bench page: every instrument with its state, asked by hand within limits; the doctor; last words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

from qdlab.app.parts import to_unit
from qdlab.gui._style import Scheme
from qdlab.gui.hands import ACTS, Act, Hands
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
        self.doctor = QtWidgets.QPushButton("Ask the do&ctor")
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
            row.refresh(free)
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


class InstrumentRow:
    """One instrument: its name, its state, a switch to connect it, and what may be asked of it."""

    def __init__(self, role: str, hands: Hands) -> None:
        self.role, self._hands = role, hands
        self.name = QtWidgets.QLabel(role.replace("_", " ").replace("ta ", "TA "))
        self.state = QtWidgets.QLabel()
        self.switch = QtWidgets.QPushButton("Connect")
        self.switch.setAccessibleName(f"Connect {self.name.text()}")
        self.switch.clicked.connect(self._toggle)
        self.acts = QtWidgets.QWidget()
        self.fields: dict[str, Any] = {}
        self.buttons: dict[str, Any] = {}
        row = QtWidgets.QHBoxLayout(self.acts)
        row.setContentsMargins(0, 0, 0, 0)
        for act in ACTS.get(role, ()):
            if act.limits is not None:
                self._add_field(act, row)
            self._add_button(act, row)
        row.addStretch(1)

    def refresh(self, free: bool) -> None:
        """Show the state, and allow what can be asked."""
        is_connected = self.role in self._hands.connected
        state = self._hands.states[self.role] or ("connected" if is_connected else "not connected")
        if self.state.text() != state:
            self.state.setText(state)
            self.state.setToolTip(self._hands.identities.get(self.role, ""))
            self.state.setStyleSheet(self._style(state))
        self.switch.setText("Disconnect" if is_connected else "Connect")
        self.switch.setEnabled(free)
        self.acts.setEnabled(free and is_connected)

    def paint(self, scheme: Scheme) -> None:
        """Take the colours of a scheme."""
        self._scheme = scheme
        self.state.setStyleSheet(self._style(self.state.text()))

    def _style(self, state: str) -> str:
        """Let what is on, or wrong, be seen from afar."""
        base = "padding: 2px 6px; border-radius: 3px;"
        if state.startswith(("cell ON", "OPEN", "MOVING", "turns")):
            return f"{base} background: {self._scheme.alive}; color: white; font-weight: bold"
        if "not answer" in state or "OVERLOAD" in state:
            return f"{base} background: {self._scheme.alarm}; color: white; font-weight: bold"
        return f"{base} color: {self._scheme.muted if state == 'not connected' else self._scheme.text}"

    def _toggle(self) -> None:
        if self.role in self._hands.connected:
            self._hands.disconnect(self.role)
        else:
            self._hands.connect(self.role)

    def _add_field(self, act: Act, row: Any) -> None:
        field = self.fields[act.words] = QtWidgets.QLineEdit()
        field.setFixedWidth(80)
        field.setAccessibleName(f"{self.name.text()}: {act.words}")
        field.returnPressed.connect(partial(self._ask, act))
        assert act.limits is not None
        limits = act.limits(self._hands.bench)
        field.setPlaceholderText(limits.unit or "0 to 1")
        field.setToolTip(str(limits))
        row.addWidget(field)

    def _add_button(self, act: Act, row: Any) -> None:
        button = self.buttons[act.words] = QtWidgets.QPushButton(act.words)
        button.clicked.connect(partial(self._ask, act))
        row.addWidget(button)
        if act.limits is not None:
            limits = QtWidgets.QLabel(f"({act.limits(self._hands.bench)})")
            limits.setStyleSheet("font-size: 11px")
            row.addWidget(limits)

    def _ask(self, act: Act, *_: object) -> None:
        """Read the number, if one is wanted, and ask; what is no number is said."""
        if act.limits is None:
            self._hands.ask(self.role, act)
            return
        text, unit = self.fields[act.words].text(), act.limits(self._hands.bench).unit
        try:
            value = number_in(text, unit)
        except ValueError as error:
            self._hands.say(self.role, f"{text!r}: {error}")
            return
        self._hands.ask(self.role, act, value)


def number_in(text: str, unit: str) -> float:
    """Return a plain number, or a quantity such as "-300 mV", in the unit; ValueError if it is neither."""
    try:
        return float(text)
    except ValueError:
        return float(to_unit(text, unit))
