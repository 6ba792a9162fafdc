"""TOML files as people write them: found by path or by the name of a shipped one, read, told apart."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from qdlab.errors import InputError


def find_config(name: str | Path) -> Path:
    """Return the file of that path, or the shipped configuration of that name; InputError if neither is."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = shipped_configs()
    if len(path.parts) == 1 and path.stem in shipped:
        return shipped[path.stem]
    raise InputError(f"{path}: no such file; configurations that come with qdlab: {', '.join(shipped)}")


def shipped_configs() -> dict[str, Path]:
    """Return the benches and recipes that come with qdlab, by name."""
    with resources.as_file(resources.files("configs")) as folder:
        return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's tables; InputError naming file and line if it is not TOML."""
    return parse_toml(read_text(path), path)


def read_text(path: Path) -> str:
    """Return the file's text; InputError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def parse_toml(text: str, file: str | Path) -> dict[str, Any]:
    """Return the tables in a text that was in `file`; InputError as read_toml()."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not valid TOML: {error}") from error


def toml_text(tables: Mapping[str, Any]) -> str:
    """Return tables of plain values as TOML; read back they are the same."""
    plain = [f"{key} = {_written(value)}" for key, value in tables.items() if not isinstance(value, Mapping)]
    parts = ["\n".join(plain)] if plain else []
    for name, table in tables.items():
        if isinstance(table, Mapping):
            parts.append(
                "\n".join([f"[{name}]", *(f"{key} = {_written(item)}" for key, item in table.items())])
            )
    return "\n\n".join(parts) + "\n"


def _written(value: Any) -> str:
    """Write a value; TOML writes what JSON can say in the same way, and knows nan and inf besides."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return str(value) if isinstance(value, float) else json.dumps(value)


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Say that a key is unknown, and which known one is meant most likely."""
    names = list(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(names)}"
    return f"unknown key; {hint}"
