"""Validate a table of a TOML file with a pydantic model, and say what is wrong in a person's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from qdlab.app.config._toml import unknown_key

Model = TypeVar("Model", bound=BaseModel)


class Table(BaseModel):
    """The base of tables in a bench file: frozen, no unknown keys, no guessing of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def validate(model: type[Model], table: dict[str, Any], where: str, problems: list[str]) -> Model | None:
    """Return the validated table, or None after adding every problem to `problems`.

    `where` is the file and the table, as in "bench.toml: instruments.delay_stage"; or the file and a
    colon for the whole file.
    """
    try:
        return model.model_validate(table)
    except ValidationError as error:
        problems.extend(_in_words(error, model, where))
        return None


def _in_words(error: ValidationError, model: type[BaseModel], where: str) -> Iterator[str]:
    for detail in error.errors():
        joint = " " if where.endswith(":") else "."
        place = joint.join([where, ".".join(map(str, detail["loc"]))]) if detail["loc"] else where
        yield f"{place}{_problem(detail, model)}"


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what is wrong with one value; pydantic's sentence serves for types and limits."""
    match detail["type"]:
        case "extra_forbidden":
            return f": {unknown_key(str(detail['loc'][-1]), _fields(model, detail['loc'][:-1]))}"
        case "missing":
            return ": is missing"
        case "float_type" | "int_type":
            return f" = {detail['input']!r}: a plain number is wanted here, in the unit of the key"
        case _:
            sentence = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
            return f" = {detail['input']!r}: {sentence}" if detail["loc"] else f": {sentence}"


def _fields(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the keys known in the table at `path` below the model's own."""
    for part in path:
        inner = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        tables = [
            kind
            for kind in (inner, *get_args(inner))  # a table that may be left out is "Table | None"
            if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        if not tables:
            return []
        model = tables[0]
    return list(model.model_fields)
