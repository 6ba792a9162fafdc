"""The reference of bench files, from the models that read them: every table and key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from qdlab.app.config import ROLES, BenchTable, registered

ABOVE, BELOW = {"gt": ">", "ge": "≥"}, {"lt": "<", "le": "≤"}


def bench_page() -> Iterator[str]:
    """Yield the page."""
    yield "# Benches: every table and key\n"
    yield "A bench is a TOML file: which instrument is where, and what the program must know of them. Begin"
    yield "with a copy of `configs/paper_sim.toml` or `configs/paper_wires.toml`. Numbers are plain, in the"
    yield "unit their name ends in. A key without a default has to be there; an unknown one is refused.\n"
    yield from rows(BenchTable)
    for key, field in BenchTable.model_fields.items():
        if (table := _model_of(field)) is not None and key != "safety":
            yield f"## `[{key}]`\n\n{_sentence(table)}\n"
            yield from rows(table)
    yield "## `[safety]`\n"
    yield "Limits of the interlocks: [what each means, and its usual value](../explanation/safety.md).\n"
    yield from instruments()
    yield from simulation()


def instruments() -> Iterator[str]:
    """Yield the options of every driver, and of the simulated instruments."""
    yield "## `[instruments.ROLE]`\n"
    yield f"Roles are {', '.join(f'`{role}`' for role in ROLES)}."
    yield "Shutters have to be there, all others only if a recipe needs them. `driver` names one of these,"
    yield 'or is `"simulated"`, or, for sample holder and probe selector, `"by-hand"`. Every driver has'
    yield "[a page](../how-to/instruments/index.md) with its wiring; the other keys are its own.\n"
    for name, point in registered("drivers").items():
        yield f'### `driver = "{name}"`\n'
        yield from rows(point.load().Options)
    for name, point in registered("simulators").items():
        if name in ROLES or name == "shutter":
            yield f'### `driver = "simulated"`: {name.replace("_", " ")}\n'
            yield from rows(point.load().Options)


def simulation() -> Iterator[str]:
    """Yield the options of the virtual laboratory."""
    options = registered("simulators")["world"].load().Options
    yield "## `[simulation]`\n"
    yield "The virtual laboratory, where instruments are simulated: what is left out is as in the paper.\n"
    yield from rows(options)
    for key, field in options.model_fields.items():
        if (table := _model_of(field)) is not None:
            yield f"### `[simulation.{key}]`\n\n{_sentence(table)}\n"
            yield from rows(table)


def rows(model: type[BaseModel]) -> Iterator[str]:
    """Yield the keys of a table; those that are tables themselves are told elsewhere."""
    shown = {key: field for key, field in model.model_fields.items() if _model_of(field) is None}
    if not shown:
        yield "No options.\n"
        return
    yield "| key | limits | default | meaning |\n|---|---|---|---|"
    for key, field in shown.items():
        default = "" if field.is_required() or field.default_factory else f"`{_written(field.default)}`"
        yield table_row(f"`{key}`", limits(field), default, field.description or "")
    yield ""


def table_row(*cells: str) -> str:
    """Return texts as a row of a table in Markdown."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def limits(field: FieldInfo) -> str:
    """Return what a value must be: one of some words, or within limits."""
    if choices := _choices(field.annotation):
        return ", ".join(f"`{choice!r}`" for choice in choices)
    told = [
        f"{sign} {getattr(rule, name):g}"
        for rule in field.metadata
        for name, sign in (ABOVE | BELOW).items()
        if isinstance(getattr(rule, name, None), int | float)
    ]
    return ", ".join(told)


def _choices(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the table that a key is, if it is one."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _written(default: Any) -> str:
    return f"{default:g}" if isinstance(default, float) else repr(default)


def _sentence(table: type[BaseModel]) -> str:
    """Return what a table is for, without its name."""
    text = (table.__doc__ or "").strip().splitlines()[0].rpartition("]: ")[2]
    return text[0].upper() + text[1:]
