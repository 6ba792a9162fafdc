"""The table of interlocks on the page about safety is that of the interlocks there are."""

from __future__ import annotations

import dataclasses
import re

from reader import DOCS

from qdlab.instruments import Safety
from qdlab.run.interlocks import Interlock

PAGE = (DOCS / "explanation" / "safety.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .+? \| (.+?) \| (warn|pause|stop) \| .+? \|$", re.MULTILINE)
WORDS = {"in the bench": dataclasses.MISSING, "none": float("inf")}


def kinds(kind: type[Interlock] = Interlock) -> list[type[Interlock]]:
    """Return every kind of interlock of qdlab that has a limit."""
    below = [found for sub in kind.__subclasses__() for found in kinds(sub)]
    of_qdlab = kind.__module__.startswith("qdlab") and hasattr(kind, "limit")
    return [kind, *below] if of_qdlab else below


def test_every_interlock_is_there_with_its_limit_and_its_action() -> None:
    limits = {field.name: field.default for field in dataclasses.fields(Safety)}
    told = {
        name: (WORDS[limit] if limit in WORDS else float(limit), action)
        for name, limit, action in ROW.findall(PAGE)
    }
    assert told == {kind.limit: (limits[kind.limit], kind.action) for kind in kinds()}
