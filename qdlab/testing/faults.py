"""Fault injection: a bench whose k-th instrument call fails, to prove that a run ends safely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qdlab.errors import BadReplyError, InstrumentTimeoutError, NotConnectedError
from qdlab.instruments import SINGLE_ROLES, Bench, Instrument

KINDS: Mapping[str, tuple[Callable[[], Exception], bool]] = {
    "exception": (lambda: RuntimeError("a mistake in the driver"), False),
    "timeout": (lambda: InstrumentTimeoutError("no answer in 2 s"), False),
    "garbled": (lambda: BadReplyError("reply b'\\x7f?' is no number"), False),
    "disconnect": (lambda: NotConnectedError("the line is gone"), True),
}
"""What can go wrong in a call: the error a driver raises, and whether it lasts until it is opened again."""


@dataclass
class Fault:
    """Counts calls to instruments and raises `error()` at call number `at_call`.

    A fault that `lasts` goes on with all calls to the same instrument until it is opened again. With
    `at_call` None nothing is raised and `n_calls` ends as the number of calls there are.
    """

    at_call: int | None
    error: Callable[[], BaseException]
    lasts: bool = False
    n_calls: int = 0
    struck: str = ""
    gone: Instrument | None = None

    @classmethod
    def of_kind(cls, kind: str, at_call: int) -> Fault:
        """Return a fault of one of KINDS."""
        error, lasts = KINDS[kind]
        return cls(at_call, error, lasts)

    def count(self, instrument: Instrument, member: str) -> None:
        """Count one call; raise if it is the one, or its instrument is gone."""
        self.n_calls += 1
        if self.n_calls - 1 == self.at_call:
            self.struck = f"{instrument.name}.{member}"
            self.gone = instrument if self.lasts else None
            raise self.error()
        if self.gone is instrument:
            if member != "open":
                raise self.error()
            self.gone = None


class _Faulty:
    """Stands in front of an instrument and counts every method call and property access."""

    _FREE = frozenset(
        {
            "integration_range",
            "name",
            "potential_range",
            "saturation_counts",
            "shot_rate_hz",
            "transmission_range",
            "travel",
            "velocity_mm_s",
            "wavelengths_nm",
        }
    )
    """Facts that are known without asking the instrument."""

    def __init__(self, instrument: Instrument, fault: Fault) -> None:
        self._instrument = instrument
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        if callable(getattr(type(self._instrument), name, None)):
            return self._counted(name)
        if name not in self._FREE:
            self._fault.count(self._instrument, name)
        return getattr(self._instrument, name)

    def _counted(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._fault.count(self._instrument, name)
            return getattr(self._instrument, name)(*arguments, **options)

        return call


def with_fault(bench: Bench, fault: Fault) -> Bench:
    """Return the bench with every instrument behind the fault."""
    changes: dict[str, Any] = {
        role: _Faulty(getattr(bench, role), fault) for role in SINGLE_ROLES if bench.has(role)
    }
    shutters = {path: _Faulty(shutter, fault) for path, shutter in bench.shutters.items()}
    return replace(bench, **changes, shutters=shutters)
