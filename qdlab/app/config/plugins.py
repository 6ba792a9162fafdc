"""Drivers, simulators and procedures, found by the names they are registered under."""

from __future__ import annotations

import traceback
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from qdlab.app.config._toml import meant
from qdlab.errors import InputError


@cache
def registered(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of "qdlab.<group>" by name; nothing is imported."""
    return {point.name: point for point in sorted(entry_points(group=f"qdlab.{group}"))}


def load(group: str, name: str, where: str) -> Any:
    """Import what is registered under a name.

    InputError at `where`, with the known names, if nothing is; or with the line of its own code that failed.
    """
    points = registered(group)
    if name not in points:
        hint = "; ".join(filter(None, [meant(name, points), f"registered: {', '.join(points) or 'none'}"]))
        raise InputError(f"{where}: no {group.removesuffix('s')} {name!r}; {hint}")
    try:
        return points[name].load()
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        failed = f"{line.filename}:{line.lineno}: {type(error).__name__}: {error}"
        raise InputError(f"{where} = {name!r}: {points[name].value} cannot be loaded: {failed}") from error
