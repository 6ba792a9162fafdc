"""Resume a run from nothing but its file: recipe, bench and the time that has passed are in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from qdlab.app.config import LoadedBench, bench_from, recipe_from
from qdlab.app.runs._carry_out import go_on
from qdlab.app.runs._first_look import Watch, unwatched
from qdlab.errors import InputError
from qdlab.run import Listener, StopToken
from qdlab.storage import open_run

_AFTER_S = 1.0
"""Time that counts as passed after the last record of a virtual laboratory."""


def resume(path: Path, *, stop: StopToken, tell: Listener, watch: Watch = unwatched) -> None:
    """Measure what is missing in the file of a run that stopped, failed or died.

    Recipe and bench are those in the file; the run's time goes on where it was. InputError before anything
    is opened or changed if the file cannot be resumed; then as carry_out().
    """
    with open_run(path) as run:
        told, latest_s = {str(name): value for name, value in run.attrs.items()}, _latest_s(run)
    if not told.get("recipe") or not told.get("bench"):
        raise InputError(f"{path}: has no recipe and bench in it (a script's run is resumed by its script)")
    recipe = recipe_from(told["recipe"], f"{path.name}: recipe")
    loaded = _bench(told, f"{path.name}: bench", latest_s)
    go_on(recipe, loaded, path, stop=stop, tell=tell, watch=watch)


def _bench(told: dict[str, Any], file: str, latest_s: float) -> LoadedBench:
    """Make the bench of a run file, its clock set to the time of that run."""
    if told["bench"].get("clock") == "virtual":
        return bench_from(told["bench"], file, 0.0 if latest_s == 0.0 else latest_s + _AFTER_S)
    start = datetime.fromisoformat(told["start_time"])
    return bench_from(told["bench"], file, (datetime.now().astimezone() - start).total_seconds())


def _latest_s(run: xr.DataTree) -> float:
    """Return the latest time of any record; 0 if there is none."""
    latest_s = 0.0
    for stream in run.children.values():
        if "time_s" in stream and stream["done"].any():
            latest_s = max(latest_s, float(np.nanmax(stream["time_s"].to_numpy(), initial=0.0)))
    return latest_s
