"""What the doctor says, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qdlab.instruments import Bench
from qdlab.plan import LIGHT_PATHS, Plan


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well (None: could not be checked), what to do if not."""

    what: str
    well: bool | None
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """Something to look at with the instruments it `needs` (their names on the bench)."""

    what: str
    needs: tuple[str, ...]
    look: Callable[[Bench, Plan | None], Iterator[Finding]]


def light_only(bench: Bench, *paths: str) -> None:
    """Open these light paths and close all others, closing first."""
    for path in sorted(LIGHT_PATHS, key=lambda path: path in paths):
        bench.shutters[path].set_open(path in paths)


SHUTTERS = tuple(f"{path}_shutter" for path in LIGHT_PATHS)
