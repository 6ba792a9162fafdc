"""Fault injection: a bench whose k-th instrument call fails, to prove that a run ends safely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from qdlab.instruments import SINGLE_ROLES, Bench, Instrument


@dataclass
class Fault:
    """Counts calls to instruments and raises `error()` at call number `at_call`, once.

    With `at_call` None nothing is raised and `n_calls` ends as the number of calls there are.
    """

    at_call: int | None
    error: Callable[[], BaseException]
    n_calls: int = 0
    struck: str = ""

    def count(self, what: str) -> None:
        """Count one call; raise if it is the one."""
        self.n_calls += 1
        if self.n_calls - 1 == self.at_call:
            self.struck = what
            raise self.error()


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
        what = f"{self._instrument.name}.{name}"
        if callable(getattr(type(self._instrument), name, None)):
            return self._counted(getattr(self._instrument, name), what)
        if name not in self._FREE:
            self._fault.count(what)
        return getattr(self._instrument, name)

    def _counted(self, method: Callable[..., Any], what: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._fault.count(what)
            return method(*arguments, **options)

        return call


def with_fault(bench: Bench, fault: Fault) -> Bench:
    """Return the bench with every instrument behind the fault."""
    changes: dict[str, Any] = {
        role: _Faulty(getattr(bench, role), fault) for role in SINGLE_ROLES if bench.has(role)
    }
    shutters = {path: _Faulty(shutter, fault) for path, shutter in bench.shutters.items()}
    return replace(bench, **changes, shutters=shutters)
