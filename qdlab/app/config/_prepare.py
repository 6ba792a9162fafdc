"""Recipe and bench by their names, held against each other: everything that is wrong, said at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from procedures import key_of
from qdlab.app.config._bench_file import LoadedBench, load_bench
from qdlab.app.config._recipe import Recipe, read_recipe
from qdlab.app.config._toml import find_config
from qdlab.errors import InputError
from qdlab.plan import Plan, problems

T = TypeVar("T")


def prepare(
    recipe: str | Path, bench: str | Path, seed: int | None = None
) -> tuple[Recipe, LoadedBench, Plan]:
    """Return recipe, bench and plan; nothing is opened.

    InputError with every problem of the recipe, of the bench, and of the one on the other: what could be
    read of a recipe with a mistake in it is planned all the same, so that all can be mended at once.
    """
    found: list[str] = []
    loaded = _attempt(lambda: load_bench(bench, seed), found)
    read = _attempt(lambda: read_recipe(recipe, found), found)
    plan = None
    if read is not None and loaded is not None:
        lab = loaded.bench.describe()
        plan = read.experiment.plan(lab)
        found += [_located(problem, read, plan, find_config(recipe).name) for problem in problems(plan, lab)]
    if found or read is None or loaded is None or plan is None:
        raise InputError(*found)
    return read, loaded, plan


def _located(problem: str, recipe: Recipe, plan: Plan, file: str) -> str:
    """Say file and key before a problem that the recipe's parameters are the cause of."""
    if problem in plan.contradictions:
        return f"{file}: {problem}"
    key = key_of(recipe.experiment, problem)
    return problem if key is None else f"{file}: {key}: {problem}"


def _attempt(step: Callable[[], T], found: list[str]) -> T | None:
    try:
        return step()
    except InputError as error:
        found += error.problems
        return None
