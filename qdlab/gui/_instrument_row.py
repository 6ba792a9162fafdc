"""One instrument in a person's hands: its state, and what may be asked of it within its limits."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyqtgraph.Qt import QtWidgets

from qdlab.app.parts import to_unit
from qdlab.gui._style import SMALL, Scheme
from qdlab.gui.hands import ACTS, Act, Hands

NOT_CONNECTED, HELD = "not connected", "in the hands of the run"


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

    def refresh(self, free: bool, *, held: bool) -> None:
        """Show the state, and allow what can be asked; a run may hold the bench."""
        is_connected = self.role in self._hands.connected
        unasked = "connected" if is_connected else HELD if held else NOT_CONNECTED
        state = self._hands.states[self.role] or unasked
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
        return f"{base} color: {self._scheme.muted if state in (NOT_CONNECTED, HELD) else self._scheme.text}"

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
            limits.setStyleSheet(SMALL)
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
