"""A form made of an experiment's declared parameters: a field each, and beside it what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pymeasure.experiment import Parameter
from pyqtgraph.Qt import QtWidgets

from procedures import Experiment
from qdlab.gui._fields import Field, field_for, unit_of
from qdlab.gui._style import FORM

N_COLUMNS = 3


class Form:
    """All fields of an experiment, grouped as its recipe's tables are."""

    def __init__(self, experiment: Experiment, changed: Callable[[], None]) -> None:
        self._kind = type(experiment)
        self._changed: Callable[[], None] = lambda: None
        self.fields: dict[str, Field] = {}
        self.widget = QtWidgets.QWidget()
        self.widget.setStyleSheet(FORM)
        boxes = [self._box(table, declared) for table, declared in experiment.groups().items() if declared]
        _arrange(self.widget, boxes)
        for name, field in self.fields.items():
            field.show_value(getattr(experiment, name))
        self._changed = changed

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
            field = self.fields[name] = field_for(parameter, lambda *_: self._changed())
            label = QtWidgets.QLabel(parameter.name)
            label.setToolTip(field.widget.toolTip())
            label.setBuddy(field.widget)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field.widget, 2 * row, 1)
            grid.addWidget(QtWidgets.QLabel(unit_of(parameter)), 2 * row, 2)
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
