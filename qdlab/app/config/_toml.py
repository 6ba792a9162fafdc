"""TOML files as people write them: found by path or by the name of a shipped one, read, told apart."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
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
    recipes = [name for name, file in shipped.items() if "procedure" in read_toml(file)]
    benches = [name for name in shipped if name not in recipes]
    raise InputError(
        f"{path}: no such file; recipes that come with qdlab: {', '.join(recipes)}; "
        f"benches: {', '.join(benches)}"
    )


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
        raise InputError(f"{file}: not valid TOML: {error}{_where(error, text)}") from error


_SLIPS = {
    r"=\s*\[?[-+]?\d+,\d": "numbers have a decimal point, not a comma",
    r"=\s*[-+]?[\d.]+\s*[^\W\d_]": 'a number with a unit stands in quotes: "5 ns"',
    r"[\u2010-\u2015\u2212]": 'a minus sign is the one of the keyboard, "-"',
    r"[\u201c-\u201f\u2018-\u201b]": "quotes are the straight ones of the keyboard",
    r'"[^"]*\\': "in quotes, a path is written with / instead of \\",
    r"=\s*[^\W\d_]": "text stands in quotes; true and false are small",
}
"""What is often meant by a line that is no TOML."""


def _where(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Return the line at which TOML could not be understood, and what is probably wrong with it."""
    found = re.search(r"at line (\d+)", str(error))
    if found is None:
        return ""
    line = text.splitlines()[int(found[1]) - 1].strip()
    slip = next((hint for pattern, hint in _SLIPS.items() if re.search(pattern, line)), None)
    return f": {line}" + (f"  ({slip})" if slip else "")


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


def unknown_key(key: str, known: Collection[str]) -> str:
    """Say that a key is unknown, and which known one is meant most likely."""
    return "unknown key; " + (meant(key, known) or f"known here: {', '.join(known)}")


def meant(word: str, known: Collection[str]) -> str:
    """Ask whether the known word most like this one is meant; empty if none is like it."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""
