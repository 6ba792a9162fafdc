"""How long the jobs of a queue take: by their plans, or by its steps the one that runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qdlab.app.parts import LoadedBench, duration_in_words, parse_toml, recipe_from
from qdlab.app.queue import Job
from qdlab.errors import QdlabError
from qdlab.plan import estimate

NOT_KNOWN = "?"


class JobTimes:
    """Each job is planned once, on the bench at hand; `running_s` is what is left of the one that runs."""

    def __init__(self, loaded: LoadedBench) -> None:
        self.running_s = math.nan
        self._loaded = loaded
        self._expected_s: dict[int, float] = {}

    def in_words(self, job: Job) -> str:
        """Say how long a job will still take, or when it ended."""
        if job.state in ("waiting", "running"):
            return _in_words(self._left_s(job))
        return f"ended {job.ended[5:16].replace('T', ' ')}"

    def in_all(self, jobs: Sequence[Job]) -> str:
        """Say how long all will take that are not over; nothing if none is left."""
        left_s = [self._left_s(job) for job in jobs if job.state in ("waiting", "running")]
        return _in_words(math.fsum(left_s)) if left_s else ""

    def _left_s(self, job: Job) -> float:
        if job.state == "running" and not math.isnan(self.running_s):
            return self.running_s
        if job.number not in self._expected_s:
            self._expected_s[job.number] = self._planned_s(job)
        return self._expected_s[job.number]

    def _planned_s(self, job: Job) -> float:
        """Return how long a job's plan takes; NaN if the bench at hand cannot tell."""
        try:
            recipe = recipe_from(parse_toml(job.recipe, job.recipe_name), job.recipe_name)
            lab = self._loaded.bench.describe()
            return estimate(recipe.experiment.plan(lab), lab).duration_s
        except (QdlabError, ValueError):
            return math.nan


def _in_words(left_s: float) -> str:
    return NOT_KNOWN if math.isnan(left_s) else f"{duration_in_words(left_s)} left"
