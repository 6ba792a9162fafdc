"""From a recipe file to a procedure with its parameters set; every problem in it said at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procedures import taken
from qdlab.app.config import plugins
from qdlab.app.config._quantity import to_unit
from qdlab.app.config._toml import find_config, read_toml, unknown_key
from qdlab.errors import InputError

if TYPE_CHECKING:
    from pymeasure.experiment import Parameter

    from procedures import Experiment

REDUCTION = "reduction"


@dataclass(frozen=True)
class Recipe:
    """An experiment with its parameters set, and the file's tables as they were read."""

    experiment: Experiment
    source: dict[str, Any]


def load_recipe(name: str | Path) -> Recipe:
    """Read a recipe; InputError with everything wrong in it: file, key, value, what would be right."""
    problems: list[str] = []
    return _whole(read_recipe(name, problems), problems)


def recipe_from(source: dict[str, Any], file: str) -> Recipe:
    """Make a recipe of its tables, `file` being what messages call it; errors as load_recipe()."""
    problems: list[str] = []
    return _whole(_made(source, file, problems), problems)


def read_recipe(name: str | Path, problems: list[str]) -> Recipe:
    """Read what can be read of a recipe, and add to `problems` what is wrong in it.

    InputError if there is no such file, or no such procedure.
    """
    path = find_config(name)
    return _made(read_toml(path), path.name, problems)


def _whole(recipe: Recipe, problems: list[str]) -> Recipe:
    if problems:
        raise InputError(*problems)
    return recipe


def _made(source: dict[str, Any], file: str, problems: list[str]) -> Recipe:
    """Return the experiment with every parameter set that takes its value."""
    procedure = source.get("procedure")
    if procedure is None and "instruments" in source:
        raise InputError(
            f"{file}: is a bench: it names instruments and no procedure; a recipe is wanted here"
        )
    if not isinstance(procedure, str):
        known = ", ".join(plugins.registered("procedures"))
        raise InputError(f"{file}: procedure: is missing; registered: {known}")
    experiment: Experiment = plugins.load("procedures", procedure, f"{file}: procedure")()
    problems += [*_set_all(experiment, source, file), *_reduction_problems(source, file)]
    return Recipe(experiment, source)


def _reduction_problems(source: dict[str, Any], file: str) -> list[str]:
    """Return what is wrong with the [reduction] table, which is used only after the run."""
    if REDUCTION not in source:
        return []
    from qdlab.analysis import Choices

    try:
        Choices.from_table(source[REDUCTION])
    except InputError as error:
        return [f"{file}: {problem}" for problem in error.problems]
    return []


def _set_all(experiment: Experiment, source: dict[str, Any], file: str) -> list[str]:
    groups = experiment.groups()
    problems = []
    for table, content in source.items():
        if table in ("procedure", REDUCTION):
            continue
        if table not in groups:
            problems.append(f"{file}: {table}: {unknown_key(table, ['procedure', *groups, REDUCTION])}")
        elif not isinstance(content, dict):
            problems.append(f"{file}: {table}: is a table, written [{table}]")
        else:
            problems.extend(_set_table(experiment, groups[table], content, f"{file}: {table}"))
    return problems


def _set_table(
    experiment: Experiment, declared: dict[str, Parameter], content: dict[str, Any], where: str
) -> list[str]:
    problems = []
    for key, value in content.items():
        if key not in declared:
            problems.append(f"{where}.{key}: {unknown_key(key, declared)}")
            continue
        try:
            setattr(experiment, key, checked(declared[key], value))
        except ValueError as error:
            problems.append(f"{where}.{key} = {value!r}: {error}")
    return problems


def checked(parameter: Parameter, value: Any) -> Any:
    """Return the value a parameter takes, converted to its unit; ValueError saying what would be right."""
    if hasattr(parameter, "unroll") and isinstance(value, list):
        value = parameter.unroll(value)  # ranges first: "2 to 5 step 1" is no quantity
    if hasattr(parameter, "minimum"):
        value = to_unit(value, getattr(parameter, "units", None))
    return taken(parameter, value)
