"""The declared parameters make a form by themselves: PyMeasure's, offscreen."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from procedures import GainThresholdMap


@pytest.fixture
def form(qtbot: Any) -> Any:
    from pymeasure.display.widgets import InputsWidget

    inputs = [name for group in GainThresholdMap.groups().values() for name in group]
    widget = InputsWidget(GainThresholdMap, inputs=inputs)
    qtbot.addWidget(widget)
    return widget


def test_every_declared_parameter_has_its_input(form: Any) -> None:
    for group in GainThresholdMap.groups().values():
        for name, parameter in group.items():
            assert getattr(form, name).parameter.name == parameter.name


def test_the_form_gives_back_the_procedure_it_was_given(form: Any) -> None:
    """All but the numbers that are not known (NaN): PyMeasure's spin boxes have no room for them."""
    given, back = (_known(procedure.values()) for procedure in (GainThresholdMap(), form.get_procedure()))
    assert {**back, **given} == back


def test_a_list_typed_into_the_form_becomes_numbers(form: Any) -> None:
    form.potentials_v.setText("-0.3, -1.25")
    assert form.get_procedure().potentials_v == [-0.3, -1.25]


def test_the_core_and_the_command_line_need_no_qt() -> None:
    """Whole rooms are imported in a process of their own; none of them may bring Qt in."""
    code = """
import sys
import procedures, qdlab, qdlab.analysis, qdlab.app.cli, qdlab.app.commands.run, qdlab.gui.look, simulators
qt = {"PyQt5", "PyQt6", "PySide6", "qtpy", "pyqtgraph"}
sys.exit(", ".join(qt & set(sys.modules)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


def _known(values: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: value for table in values.values() for name, value in table.items() if value == value}


@pytest.mark.parametrize(("units", "shown"), [("cm^2", "cm²"), ("cm^-2", "cm⁻²"), ("V/s", "V/s"), (None, "")])
def test_units_are_written_as_a_person_writes_them(units: str | None, shown: str) -> None:
    from pymeasure.experiment import FloatParameter

    from qdlab.gui._fields import unit_of

    assert unit_of(FloatParameter("made up", units=units)) == shown
