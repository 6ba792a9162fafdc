"""One field of a form for each kind of parameter: a line of text, a choice, a box to tick."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pymeasure.experiment import BooleanParameter, ListParameter, Parameter
from pyqtgraph.Qt import QtWidgets

from qdlab.app.parts import checked
from qdlab.gui._style import WRONG, WRONG_FIELD

NARROWEST = 90
"""Width of a field in pixels."""

NOT_KNOWN = "not known"
"""What stands for a number that may be unknown (NaN)."""

Changed = Callable[[], None]


class Field:
    """One parameter; `widget` is what a person fills in, `message` what is wrong with it."""

    def __init__(self, parameter: Parameter, widget: Any) -> None:
        self.parameter, self.widget = parameter, widget
        widget.setToolTip(help_of(parameter))
        widget.setAccessibleName(parameter.name)
        widget.setMinimumWidth(NARROWEST)
        self.message = QtWidgets.QLabel()
        self.message.setStyleSheet(WRONG)
        self.message.setWordWrap(True)
        self.message.hide()

    def show_value(self, value: Any) -> None:
        """Show a value in full precision."""
        raise NotImplementedError

    def read(self) -> Any:
        """Return the value; ValueError saying what would be right if there is none."""
        raise NotImplementedError

    def say(self, problem: str) -> None:
        """Show what is wrong beneath the field; nothing if it is empty."""
        self.message.setText(problem)
        self.message.setVisible(bool(problem))
        self.widget.setStyleSheet(WRONG_FIELD if problem else "")


class TextField(Field):
    """A line of text: numbers in their unit, or with another unit ("-300 mV", "5 ns"); lists with commas."""

    def __init__(self, parameter: Parameter, changed: Changed) -> None:
        super().__init__(parameter, QtWidgets.QLineEdit())
        self.widget.textChanged.connect(changed)

    def show_value(self, value: Any) -> None:
        """Write a value; the beginning of a long list stays in sight."""
        self.widget.setText(text_of(value))
        self.widget.setCursorPosition(0)

    def read(self) -> Any:
        """Return the value; ValueError saying what would be right if the text is none."""
        parameter, text = self.parameter, self.widget.text().strip()
        if not hasattr(parameter, "minimum"):
            return checked(parameter, text)
        if isinstance(parameter.default, list):
            parts = [part for part in text.strip("[]").split(",") if part.strip()]
            return checked(parameter, [_number(part) for part in parts])
        return checked(parameter, _number(text))


class ChoiceField(Field):
    """One of a few words."""

    def __init__(self, parameter: ListParameter, changed: Changed) -> None:
        super().__init__(parameter, _Chooser())
        self.widget.addItems([str(choice) for choice in parameter.choices])
        self.widget.currentTextChanged.connect(changed)

    def show_value(self, value: Any) -> None:
        """Choose a value."""
        self.widget.setCurrentText(str(value))

    def read(self) -> Any:
        """Return what is chosen."""
        return self.parameter.choices[self.widget.currentIndex()]


class _Chooser(QtWidgets.QComboBox):  # type: ignore[misc]
    """A choice that the wheel does not change: whoever scrolls through a form means the form."""

    def wheelEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave it to what scrolls."""
        event.ignore()


class TickField(Field):
    """Yes or no."""

    def __init__(self, parameter: BooleanParameter, changed: Changed) -> None:
        super().__init__(parameter, QtWidgets.QCheckBox())
        self.widget.toggled.connect(changed)

    def show_value(self, value: Any) -> None:
        """Tick, or do not."""
        self.widget.setChecked(bool(value))

    def read(self) -> Any:
        """Return whether it is ticked."""
        return self.widget.isChecked()


def field_for(parameter: Parameter, changed: Changed) -> Field:
    """Return the field that suits a parameter; `changed` is called when a person changes it."""
    if isinstance(parameter, ListParameter):
        return ChoiceField(parameter, changed)
    if isinstance(parameter, BooleanParameter):
        return TickField(parameter, changed)
    return TextField(parameter, changed)


def unit_of(parameter: Parameter) -> str:
    """Return a parameter's unit as a person writes it."""
    return (getattr(parameter, "units", None) or "").replace("^2", "²").replace("^-2", "⁻²")


def help_of(parameter: Parameter) -> str:
    """Say what a parameter is for and what it may be."""
    lines = [parameter.description or ""]
    if hasattr(parameter, "minimum"):
        lines.append(f"{parameter.minimum:g} to {parameter.maximum:g} {unit_of(parameter)}".strip())
    return "\n".join(line for line in lines if line)


def text_of(value: Any) -> str:
    """Write a value as it may be typed."""
    if isinstance(value, list):
        return ", ".join(text_of(item) for item in value)
    if isinstance(value, float):
        return NOT_KNOWN if math.isnan(value) else f"{value:.15g}"
    return str(value)


def _number(text: str) -> float | str:
    """Return a plain number as such; text with a unit is converted where it is checked."""
    try:
        return float("nan") if text.strip() == NOT_KNOWN else float(text)
    except ValueError:
        return text.strip()
