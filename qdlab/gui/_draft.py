"""What a form's run would be: its plan, held against bench, disk and queue, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from procedures import Experiment
from qdlab.app.parts import cost_in_words, dose_in_words
from qdlab.app.queue import Queue
from qdlab.errors import InputError
from qdlab.plan import Lab, Plan, problems


@dataclass(frozen=True)
class Draft:
    """A run that may be started; `source` is its recipe as a file has it.

    `words` say points, duration, size and dose, and what is allowed but rarely meant.
    """

    source: dict[str, Any]
    out: Path
    plan: Plan
    words: str


def draft_run(
    experiment: Experiment, reduction: Mapping[str, Any], out: Path, lab: Lab, queue: Queue
) -> Draft:
    """Return the run, with the tables of the recipe that are no parameters (`reduction`).

    ValueError with what the experiment, InputError with what bench, disk or queue has against it.
    """
    from qdlab.storage import check_destination

    plan = experiment.plan(lab)
    if found := problems(plan, lab):
        raise InputError(*found)
    if out.exists() or out.resolve() in _taken(queue):
        raise InputError(f"{out} exists already, or waits to be written; name another file")
    check_destination(out, plan.n_bytes, force=False)
    source: dict[str, Any] = {"procedure": type(experiment).__name__, **experiment.values(), **reduction}
    cost = "; ".join(filter(None, (cost_in_words(plan, lab), dose_in_words(plan, lab))))
    return Draft(source, out, plan, "\n".join([cost, *(f"⚠ {doubt}" for doubt in experiment.doubts())]))


def fresh(wanted: Path, queue: Queue) -> Path:
    """Return the path, or the first of NAME-2, NAME-3... that is neither there nor waits to be written."""
    taken = _taken(queue)
    stem = wanted.stem.rsplit("-", 1)[0] if wanted.stem.rsplit("-", 1)[-1].isdigit() else wanted.stem
    numbered = (wanted.with_stem(f"{stem}-{number}") for number in count(2))
    return next(
        path for path in chain([wanted], numbered) if not path.exists() and path.resolve() not in taken
    )


def _taken(queue: Queue) -> frozenset[Path]:
    return frozenset(job.out for job in queue.jobs() if job.state in ("waiting", "running"))
