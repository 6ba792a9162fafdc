"""The end of a report: every number with its error, the choices made, and where it all comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from qdlab.app.report._document import Part, Table
from qdlab.app.report._words import measured

Results = dict[str, Any]

NOT_NUMBERS = ("choices", "provenance", "notes", "title", "quantity", "digest")
LONGEST_LIST = 12
"""Longer lists of numbers are in results.json and in the figures' CSV."""


def all_numbers(results: Results) -> Table:
    """Return every number of the results with its error, by the name it has in results.json."""
    rows = [
        row for name, value in results.items() if name not in NOT_NUMBERS for row in _numbers(name, value)
    ]
    remark = f"By their names in results.json, which also has the lists of more than {LONGEST_LIST} numbers."
    return Table("Every number", ("name", "value"), tuple(rows), remark, is_long=True, listing=True)


def _numbers(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not _is_error(key):
                error = value.get(error_name(key))
                yield from _numbers_with(f"{name}.{key}", item, error)
    else:
        yield from _numbers_with(name, value, None)


def _numbers_with(name: str, value: Any, error: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list) and 0 < len(value) <= LONGEST_LIST:
        errors = error if isinstance(error, list) else [None] * len(value)
        for k, (item, of_item) in enumerate(zip(value, errors, strict=True)):
            yield from _numbers_with(f"{name}[{k}]", item, of_item)
    elif isinstance(value, Mapping):
        yield from _numbers(name, value)
    elif isinstance(value, float | int) and not isinstance(value, bool):
        yield name, measured(value, error)


def error_name(key: str) -> str:
    """Return what the error of a number is called: before the unit, "v_half_v" has "v_half_err_v"."""
    stem, _, unit = key.rpartition("_")
    return f"{stem}_err_{unit}" if stem and unit in UNITS else f"{key}_err"


UNITS = ("v", "nm", "cm", "cm2", "ps", "kt", "c", "k")


def _is_error(key: str) -> bool:
    return key.endswith("_err") or any(key.endswith(f"_err_{unit}") for unit in UNITS)


def choices(results: Results) -> Table:
    """Return every choice of the reduction."""
    return replace(_plain("Choices of the reduction", results["choices"]), is_long=True)


def provenance(results: Results) -> Iterator[Part]:
    """Yield what was measured, of what, with what."""
    told = dict(results["provenance"])
    tables = {
        title: told.pop(name, None)
        for title, name in (
            ("The sample", "sample"),
            ("The instruments", "identities"),
            ("Versions", "versions"),
        )
    }
    yield _plain("The run", {**told, "digest of the numbers": results["digest"]})
    for title, values in tables.items():
        if isinstance(values, Mapping) and values:
            yield replace(_plain(title, values), is_long=True)


def _plain(title: str, values: Mapping[str, Any]) -> Table:
    rows = tuple((str(name), text) for name, value in values.items() if (text := _text(value)))
    return Table(title, ("name", "value"), rows)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, list) and value and all(item is None for item in value)):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
