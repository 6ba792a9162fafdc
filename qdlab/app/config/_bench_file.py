"""From a bench file to a bench: every instrument made, none opened.

An instrument's table names its driver; the driver's class owns the rest of the table through its
`Options`. Simulated instruments share one world, made from the [simulation] table on the bench's clock:
those with `driver = "simulated"` are plain faces of it; those with a real driver and a resource "sim://..."
reach it through that driver's bytes, or through a stand-in for the vendor's library that the driver uses.
"sim://?beam=pump" hands options to that face.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qdlab.app.config import plugins
from qdlab.app.config._bench_tables import MANUAL, ROLES, SHUTTERS, SIMULATED, SIMULATED_LINE, BenchTable
from qdlab.app.config._tables import validate
from qdlab.app.config._toml import find_config, read_toml, unknown_key
from qdlab.app.config._wire_faces import make_wire, on_library, on_wire, wire_named, wires_named
from qdlab.clock import Clock, VirtualClock, WallClock
from qdlab.errors import InputError
from qdlab.instruments import BY_HAND, Bench, LineSettings, Safety, Surroundings, Timing, Transport
from qdlab.plan import LIGHT_PATHS, DelayLine, PumpBeam

_NO_LINE = DelayLine(passes=1, zero_mm=0.0)
"""Where there is no delay stage."""


@dataclass(frozen=True)
class LoadedBench:
    """A bench as its file describes it; `world` is None on a real one.

    `options` are those of every instrument by role, with what the file leaves out as it was filled in;
    `simulated` the roles of those that belong to the virtual laboratory.
    """

    bench: Bench
    clock: Clock
    world: Any
    source: dict[str, Any]
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    simulated: tuple[str, ...] = ()

    @property
    def partly_simulated(self) -> bool:
        """Whether there are simulated instruments beside real ones."""
        return bool(self.simulated) and bool(_real(self.source["instruments"]))


def load_bench(name: str | Path, seed: int | None = None) -> LoadedBench:
    """Make the bench a file describes; InputError with every problem in it.

    `seed`, if given, replaces the simulation's.
    """
    path = find_config(name)
    source = read_toml(path)
    if seed is not None:
        source.setdefault("simulation", {})["seed"] = seed
    return bench_from(source, path.name)


def bench_from(source: dict[str, Any], file: str, passed_s: float = 0.0) -> LoadedBench:
    """Make the bench of its tables, `file` being what messages call it; errors as load_bench().

    Of a run that is resumed, `passed_s` have passed already.
    """
    return _Loader(file, source, passed_s).load()


def load_wires(name: str | Path, seed: int | None = None) -> dict[str, Any]:
    """Make every wire face of a bench by role, over one world in real time; InputError with all problems.

    They are those of the instruments on "sim://" lines, and those that the table [wires] adds.
    """
    path = find_config(name)
    source = read_toml(path)
    if seed is not None:
        source.setdefault("simulation", {})["seed"] = seed
    return _Loader(path.name, source).load_wires()


def load_instrument(name: str | Path, role: str, clock: Clock) -> Any:
    """Make one instrument of a bench on a clock; nothing else needs to be in the file.

    InputError with every problem of its table.
    """
    path = find_config(name)
    return _Loader(path.name, read_toml(path)).load_instrument(role, clock)


class _Loader:
    """Collects the problems of one file while it makes what can be made."""

    def __init__(self, file: str, source: dict[str, Any], passed_s: float = 0.0) -> None:
        self.file = file
        self.passed_s = passed_s
        self.source = source
        self.problems: list[str] = []
        self.options: dict[str, dict[str, Any]] = {}

    def load(self) -> LoadedBench:
        table = self._table()
        is_virtual = table.clock == "virtual"
        clock = VirtualClock(passed_s=self.passed_s) if is_virtual else WallClock(self.passed_s)
        world = self._world(table.simulation, clock) if _simulated(table.instruments) or table.wires else None
        known = {role: item for role, item in table.instruments.items() if role in ROLES}
        made = {role: self._instrument(role, item, clock, world) for role, item in known.items()}
        if self.problems:
            raise InputError(*self.problems)
        simulated = tuple(_simulated(known) if _real(known) else known)
        return LoadedBench(_bench(table, made), clock, world, self.source, self.options, simulated)

    def load_wires(self) -> dict[str, Any]:
        table = self._table()
        named = wires_named(table)
        world = self._world(table.simulation, WallClock()) if named else None
        if not named:
            self.problems.append(f"{self.file}: nothing speaks bytes: no {SIMULATED_LINE!r} line, no [wires]")
        wires = {role: self._wire(role, text, world) for role, text in named.items()}
        if self.problems:
            raise InputError(*self.problems)
        return wires

    def load_instrument(self, role: str, clock: Clock) -> Any:
        item = self.source.get("instruments", {}).get(role)
        if not isinstance(item, dict):
            raise InputError(f"{self.file}: instruments.{role}: is missing")
        simulation = self.source.get("simulation", {})
        world = self._world(simulation, clock) if _simulated({role: item}) else None
        instrument = self._instrument(role, item, clock, world)
        if self.problems:
            raise InputError(*self.problems)
        return instrument

    def _table(self) -> BenchTable:
        """Return the file's tables; InputError if they are not those of a bench."""
        if "procedure" in self.source and "instruments" not in self.source:
            raise InputError(
                f"{self.file}: is a recipe: it names a procedure and no instruments; a bench is wanted here"
            )
        table = validate(BenchTable, self.source, f"{self.file}:", self.problems)
        if table is None:
            raise InputError(*self.problems)
        self.problems.extend(f"{self.file}: {text}" for text in _role_problems(table))
        return table

    def _world(self, simulation: dict[str, Any], clock: Clock) -> Any:
        """Make the one world of all simulated instruments; None if something is wrong with its options."""
        world = plugins.load("simulators", "world", f"{self.file}: simulation")
        options = validate(world.Options, simulation, f"{self.file}: simulation", self.problems)
        return None if options is None else world(options, clock)

    def _instrument(self, role: str, table: dict[str, Any], clock: Clock, world: Any) -> Any:
        """Make one instrument; None if something is wrong with its table."""
        where, driver = f"{self.file}: instruments.{role}", table.get("driver")
        by_hand = driver == MANUAL and role in BY_HAND
        simulated = driver == SIMULATED or (by_hand and world is not None)  # of the world, without bytes
        try:
            factory = self._factory(role, driver, simulated, f"{where}.driver")
        except InputError as error:
            self.problems.extend(error.problems)
            return None
        rest = {key: value for key, value in table.items() if key != "driver"}
        options = validate(factory.Options, rest, where, self.problems)
        if options is None or (simulated and world is None):
            return None
        self.options[role] = options.model_dump(mode="json")
        if simulated:
            return factory(role, options, world)
        return factory(role, options, self._surroundings(role, table, clock, world))

    def _wire(self, role: str, named: str, world: Any) -> Any:
        """Make one wire face; None if there is none of that name."""
        if world is None:
            return None
        try:
            return make_wire(named, world, f"{self.file}: {role}")
        except InputError as error:
            self.problems.extend(error.problems)
            return None

    def _surroundings(self, role: str, table: dict[str, Any], clock: Clock, world: Any) -> Surroundings:
        """Return the clock and the lines for a driver; "sim://" leads to its face of the world."""
        if on_library(table):
            library = plugins.load("libraries", table["driver"], self.file)(world)
            return Surroundings(clock, _no_line, library)
        wire = self._wire(role, wire_named(table), world) if on_wire(table) else None

        def connect_to(resource: str, line: LineSettings) -> Transport:
            if resource.startswith(SIMULATED_LINE):
                simulated_line: Transport = plugins.load("simulators", "line", resource)(
                    resource, wire, clock
                )
                return simulated_line
            from drivers.transports import connect

            return connect(resource, line)

        return Surroundings(clock, connect_to)

    def _factory(self, role: str, driver: object, simulated: bool, where: str) -> Any:
        if not isinstance(driver, str):
            raise InputError(f"{where}: is missing; it names the instrument's driver, or {SIMULATED!r}")
        if driver == MANUAL and role in BY_HAND:
            return plugins.load("simulators", f"{role}_by_hand", where) if simulated else BY_HAND[role]
        if simulated:
            return plugins.load("simulators", "shutter" if role in SHUTTERS else role, where)
        return plugins.load("drivers", driver, where)


def _no_line(resource: str, line: LineSettings) -> Transport:
    raise InputError(f"{resource}: this driver uses a library, not a line")


def _role_problems(table: BenchTable) -> Iterator[str]:
    """Yield what is wrong with the choice of instruments."""
    for role in table.instruments:
        if role not in ROLES:
            yield f"instruments.{role}: {unknown_key(role, ROLES)}"
    for role in set(table.wires) - set(ROLES):
        yield f"wires.{role}: {unknown_key(role, ROLES)}"
    for role in SHUTTERS:
        if role not in table.instruments:
            yield f"instruments.{role}: is missing; every light path has a shutter"
    if table.delay_line is None and "delay_stage" in table.instruments:
        yield "delay_line: is missing; a delay stage needs it"
    if table.clock == "virtual" and (real := _real(table.instruments)):
        yield f"clock = 'virtual': only a bench of simulators alone has virtual time; real: {', '.join(real)}"


def _real(instruments: dict[str, dict[str, Any]]) -> list[str]:
    """Return the roles of instruments that keep real time; a person has no clock that a run would read."""
    simulated = _simulated(instruments)
    return [
        role for role, item in instruments.items() if role not in simulated and item.get("driver") != MANUAL
    ]


def _simulated(instruments: dict[str, dict[str, Any]]) -> list[str]:
    return [
        role
        for role, item in instruments.items()
        if item.get("driver") == SIMULATED or on_wire(item) or on_library(item)
    ]


def _bench(table: BenchTable, made: dict[str, Any]) -> Bench:
    shutters = {path: made.pop(f"{path}_shutter") for path in LIGHT_PATHS}
    return Bench(
        name=table.name,
        shutters=shutters,
        delay_line=_NO_LINE if table.delay_line is None else DelayLine(**table.delay_line.model_dump()),
        pump_beam=PumpBeam(**table.pump_beam.model_dump()),
        timing=Timing(**table.timing.model_dump()),
        safety=Safety(**table.safety.model_dump(exclude_unset=True)),
        **made,
    )
