"""The plan: a recipe unrolled into steps, with the streams their records go to; frozen data."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from qdlab.plan._script import MakeScript, Script, in_order
from qdlab.plan._steps import ScanDelays, Step, TakeShots
from qdlab.plan._streams import Stream


@dataclass(frozen=True)
class Sample:
    """The sample as the laboratory knows it before the run; every number says how well it is known.

    `cross_section_cm2` at the pump wavelength (sigma), `pump_absorbance` of the film there,
    `reflectance` of its front there, `probe_reflectance` at the probe's wavelengths; `band_nm` is the window
    of the 1S transition, `quiet_nm` one in which the sample neither absorbs nor emits. `reference_vs_fc_v`
    is the reference electrode's potential against Fc/Fc+: what a potential is to be raised by to refer to
    that; NaN if it is not known. `a0_source` says where the absorbance A0 of the neutral film comes from.
    """

    name: str
    thickness_nm: float
    thickness_error_nm: float
    cross_section_cm2: float
    cross_section_error_cm2: float
    pump_absorbance: float
    reflectance: float
    open_circuit_v: float
    electrolyte: str
    reference_electrode: str
    band_nm: tuple[float, float]
    quiet_nm: tuple[float, float]
    probe_reflectance: float = math.nan
    reference_vs_fc_v: float = math.nan
    a0_source: str = "not stated"


@dataclass(frozen=True)
class Plan:
    """What is to be measured, in order; iterating gives the steps.

    With a `script`, the plan chooses as it goes: the steps are then the most it can come to, by which it is
    checked, estimated and known, and `begin` gives those that are performed. `fewest` unrolls the least it
    can come to, for an estimate; nothing where that is not known before.

    `contradictions`: what the maker of the plan found wrong with its parameters; such a plan is refused.
    """

    title: str
    procedure: str
    parameters: Mapping[str, Any]
    sample: Sample
    streams: tuple[Stream, ...]
    steps: tuple[Step, ...] = field(repr=False)
    contradictions: tuple[str, ...] = ()
    script: MakeScript | None = field(default=None, repr=False, compare=False)
    fewest: Callable[[], Iterable[Step]] = field(default=tuple, repr=False, compare=False)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def chooses(self) -> bool:
        """Whether later steps are chosen from what earlier ones measured."""
        return self.script is not None

    def begin(self) -> Script:
        """Return the steps to perform, from the first: send each one's records to get the next."""
        return in_order(self.steps) if self.script is None else self.script()

    def stream(self, name: str) -> Stream:
        """Return the stream of that name; KeyError if the plan has none."""
        for stream in self.streams:
            if stream.name == name:
                return stream
        raise KeyError(f"the plan has no stream {name!r}")

    @cached_property
    def n_points(self) -> int:
        """How many points are taken, those of an instrument that scans its own delays among them."""
        return sum(map(self._points_of, self.steps))

    def _points_of(self, step: Step) -> int:
        if isinstance(step, ScanDelays):
            return self.stream(step.slot.stream).inner_length("delay")
        return int(isinstance(step, TakeShots))

    @property
    def n_records(self) -> int:
        """How many records the streams have room for."""
        return sum(stream.n_records for stream in self.streams)

    @cached_property
    def n_bytes(self) -> int:
        """Size of all records on disk."""
        return sum(stream.n_bytes for stream in self.streams)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the plan says, so that a file knows whether a plan is its own."""
        steps = [[type(step).__name__, asdict(step)] for step in self.steps]
        told = {"procedure": self.procedure, "parameters": dict(self.parameters), "steps": steps}
        text = json.dumps(told, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Turn the few things JSON does not know into lists, in a fixed order."""
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"a plan holds plain data, not {type(value).__name__}")
