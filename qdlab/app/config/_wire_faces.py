"""Wire faces: the instruments of the virtual laboratory that answer bytes, found by their drivers' names."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from qdlab.app.config import plugins
from qdlab.app.config._bench_tables import SIMULATED_LINE, BenchTable
from qdlab.errors import InputError


def wires_named(table: BenchTable) -> dict[str, str]:
    """Return "driver?options" by role: the instruments on "sim://" lines, and what the table [wires] adds."""
    return table.wires | {role: wire_named(item) for role, item in table.instruments.items() if on_wire(item)}


def on_wire(instrument: dict[str, Any]) -> bool:
    """Whether an instrument's table asks for a simulated line."""
    return _in_simulation(instrument) and not on_library(instrument)


def on_library(instrument: dict[str, Any]) -> bool:
    """Whether an instrument's table asks for the stand-in of a vendor's library, which has no line."""
    return _in_simulation(instrument) and instrument.get("driver") in plugins.registered("libraries")


def _in_simulation(instrument: dict[str, Any]) -> bool:
    return str(instrument.get("resource", "")).startswith(SIMULATED_LINE)


def wire_named(instrument: dict[str, Any]) -> str:
    """Return "driver?options" from an instrument's table."""
    return f"{instrument.get('driver')}?{instrument['resource'].partition('?')[2]}"


def make_wire(named: str, world: Any, where: str) -> Any:
    """Return the face of the world that "driver?option=text" names; InputError at `where` if none does.

    The options `fault` and `after` put it behind a bad cable.
    """
    driver, _, query = named.partition("?")
    face, options = plugins.load("wires", driver, where), dict(parse_qsl(query))
    fault, after = options.pop("fault", ""), options.pop("after", "0")
    try:
        wire = face(world, **options)
        if fault:
            wire = plugins.load("simulators", "faulty_wire", where)(world, wire, fault, int(after))
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: {driver!r} cannot be simulated with {query!r}: {error}") from error
    return wire
