"""A form made of an experiment's declared parameters: a field each, and beside it what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pymeasure.experiment import Parameter
from pyqtgraph.Qt import QtWidgets

from procedures import Experiment
from qdlab.app.parts import checked
from qdlab.gui._style import FORM, WRONG, WRONG_FIELD

N_COLUMNS = 3
NARROWEST = 90
"""Width of a field in pixels."""


class Field:
    """One parameter as a line of text: numbers in its unit, or with another unit ("-300 mV", "5 ns")."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.edit = QtWidgets.QLineEdit()
        self.edit.setToolTip(_help(parameter))
        self.edit.setAccessibleName(parameter.name)
        self.edit.setMinimumWidth(NARROWEST)
        self.message = QtWidgets.QLabel()
        self.message.setStyleSheet(WRONG)
        self.message.setWordWrap(True)
        self.message.hide()

    def show_value(self, value: Any) -> None:
        """Write a value in full precision; the beginning of a long list stays in sight."""
        self.edit.setText(_text(value))
        self.edit.setCursorPosition(0)

    def read(self) -> Any:
        """Return the value; ValueError saying what would be right if the text is none."""
        parameter, text = self.parameter, self.edit.text().strip()
        if not hasattr(parameter, "minimum"):
            return checked(parameter, text)
        if isinstance(parameter.default, list):
            parts = [part for part in text.strip("[]").split(",") if part.strip()]
            return checked(parameter, [_number(part) for part in parts])
        return checked(parameter, _number(text))

    def say(self, problem: str) -> None:
        """Show what is wrong beneath the field; nothing if it is empty."""
        self.message.setText(problem)
        self.message.setVisible(bool(problem))
        self.edit.setStyleSheet(WRONG_FIELD if problem else "")


class Form:
    """All fields of an experiment, grouped as its recipe's tables are."""

    def __init__(self, experiment: Experiment, changed: Callable[[], None]) -> None:
        self._kind = type(experiment)
        self.fields: dict[str, Field] = {}
        self.widget = QtWidgets.QWidget()
        self.widget.setStyleSheet(FORM)
        boxes = [self._box(table, declared) for table, declared in experiment.groups().items() if declared]
        _arrange(self.widget, boxes)
        for name, field in self.fields.items():
            field.show_value(getattr(experiment, name))
            field.edit.textChanged.connect(changed)

    def read(self) -> tuple[Experiment, list[str]]:
        """Return the experiment that the form describes, and every problem, each also said at its field."""
        experiment, problems = self._kind(), []
        for name, field in self.fields.items():
            problem = _set(experiment, name, field)
            field.say(problem)
            if problem:
                problems.append(f"{field.parameter.name}: {problem}")
        return experiment, problems

    def _box(self, table: str, declared: dict[str, Parameter]) -> tuple[Any, int]:
        """Return a group's box and the number of its fields."""
        box = QtWidgets.QGroupBox(table.replace("_", " ").capitalize())
        grid = QtWidgets.QGridLayout(box)
        grid.setVerticalSpacing(2)
        grid.setContentsMargins(8, 4, 8, 4)
        grid.setColumnStretch(1, 1)
        for row, (name, parameter) in enumerate(declared.items()):
            field = self.fields[name] = Field(parameter)
            label = QtWidgets.QLabel(parameter.name)
            label.setToolTip(field.edit.toolTip())
            label.setBuddy(field.edit)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field.edit, 2 * row, 1)
            grid.addWidget(QtWidgets.QLabel(_unit(parameter)), 2 * row, 2)
            grid.addWidget(field.message, 2 * row + 1, 0, 1, 3)
        return box, len(declared)


def _set(experiment: Experiment, name: str, field: Field) -> str:
    """Set one parameter from its field; return what is wrong, empty if nothing is."""
    try:
        setattr(experiment, name, field.read())
    except ValueError as error:
        return str(error)
    return ""


def _arrange(widget: Any, boxes: Iterable[tuple[Any, int]]) -> None:
    """Put boxes into columns one after another, in order, columns about equally long."""
    boxes = [(box, n_fields + 2) for box, n_fields in boxes]  # a box's frame is as high as two fields
    total = sum(height for _, height in boxes)
    columns = [QtWidgets.QVBoxLayout() for _ in range(N_COLUMNS)]
    above = 0
    for box, height in boxes:
        column = int((above + height / 2) / total * N_COLUMNS)
        columns[column].addWidget(box)
        above += height
    row = QtWidgets.QHBoxLayout(widget)
    for column in columns:
        column.addStretch(1)
        row.addLayout(column, 1)


def _number(text: str) -> float | str:
    """Return a plain number as such; text with a unit is converted where it is checked."""
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _unit(parameter: Parameter) -> str:
    return (getattr(parameter, "units", None) or "").replace("^2", "²")


def _help(parameter: Parameter) -> str:
    """Say what a parameter is for and what it may be."""
    lines = [parameter.description or ""]
    if hasattr(parameter, "minimum"):
        lines.append(f"{parameter.minimum:g} to {parameter.maximum:g} {_unit(parameter)}".strip())
    return "\n".join(line for line in lines if line)
