"""A small run in a process of its own, to be killed, and what its file holds."""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.app.config import LoadedBench, bench_from, find_config, read_toml, recipe_from
from qdlab.app.runs import carry_out
from qdlab.run import StopToken, ignore
from qdlab.storage import inspect_run, open_run
from qdlab.testing.faults import Fault, with_fault

RECIPE: dict[str, Any] = {
    "procedure": "GainThresholdMap",
    "steady_state": {"n_scans": 8},
    "voltammetry": {"n_cycles": 1, "step_v": 0.05, "steps_per_spectrum": 4, "cv_scans": 2},
    "charging": {"potentials_v": [-0.3, -1.5], "settle_minimum_s": 12, "settle_maximum_s": 14},
    "transient_absorption": {
        "excitons_per_dot": [0.5, 2.0],
        "delays_ps": [-4, -3, 5, 1000],
        "time_zero_delays_ps": [round(-1.0 + 0.4 * k, 1) for k in range(9)],
        "n_shots": 60,
        "n_dark_shots": 20,
    },
}
SIGKILL = getattr(signal, "SIGKILL", signal.SIGTERM)

Record = dict[str, NDArray[Any]]


def small_bench(seed: int = 7, n_pixels: int = 64) -> LoadedBench:
    """Return the simulated bench of the paper with few pixels."""
    source = read_toml(find_config("paper_sim"))
    source["simulation"]["seed"] = seed
    source["instruments"]["ta_detector"]["n_pixels"] = n_pixels
    source["instruments"]["spectrometer"]["n_pixels"] = 2 * n_pixels
    return bench_from(source, "small")


def run_to_the_end(path: Path, fault: Fault | None = None, recipe: dict[str, Any] = RECIPE) -> None:
    """Carry the recipe out, or as much of it as the fault lets."""
    loaded = small_bench()
    if fault is not None:
        loaded = replace(loaded, bench=with_fault(loaded.bench, fault))
    carry_out(recipe_from(recipe, "small"), loaded, path, force=False, stop=StopToken(), tell=ignore)


def records(path: Path) -> dict[tuple[str, tuple[int, ...]], Record]:
    """Read every record there is: by stream and index, by column."""
    found = {}
    with open_run(path, verify=True) as run:
        for name, stream in run.children.items():
            if "done" not in stream:
                continue
            done = stream["done"].to_numpy()
            columns = [str(key) for key, item in stream.data_vars.items() if key != "done"]
            values = {key: stream[key].to_numpy() for key in columns}
            for index in map(tuple, np.argwhere(done).tolist()):
                found[name, index] = {key: values[key][index] for key in columns}
    return found


def same(one: Record, other: Record) -> bool:
    """Whether two records are the same, bit for bit."""
    return all(np.asarray(one[key]).tobytes() == np.asarray(other[key]).tobytes() for key in one)


def main() -> None:
    """Run into the file argv[1]; be killed at instrument call argv[2], once a record is on the disk."""
    path = Path(sys.argv[1])

    def kill() -> BaseException:
        while inspect_run(path).n_done == 0:
            threading.Event().wait(1e-3)
        os.kill(os.getpid(), SIGKILL)
        return AssertionError("dead")

    run_to_the_end(path, Fault(int(sys.argv[2]), kill))


if __name__ == "__main__":
    main()
