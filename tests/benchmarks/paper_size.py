"""How long a run of the paper's size takes to reduce: 8 potentials, 11 fluences, 150 delays, 1024 pixels.

    python tests/benchmarks/paper_size.py --shots 20

Measures the run on the simulated laboratory first (0.03 GB a shot), in the folder of --keep or a temporary
one. Prints the table of docs/validation.md: the whole reduction, and it without its bootstraps.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

import qdlab
from qdlab.analysis import Choices, reduce
from qdlab.app.config import load_bench, load_recipe
from qdlab.app.runs import carry_out
from qdlab.run import StopToken, ignore

POTENTIALS_V = [-0.3, -1.0, -1.1, -1.15, -1.2, -1.25, -1.3, -1.5]
N_X = [0.03, 0.1, 0.3, 0.6, 0.9, 1.3, 1.6, 1.9, 3.0, 4.5, 6.6]
DELAYS_PS = [*np.linspace(-6.0, -1.5, 10), *np.geomspace(3.0, 2600.0, 140)]


def measure(out: Path, n_shots: int) -> None:
    """Carry a run of this size out on the simulated laboratory."""
    recipe = load_recipe("quick")
    recipe.experiment.potentials_v = POTENTIALS_V
    recipe.experiment.excitons_per_dot = N_X
    recipe.experiment.delays_ps = [float(delay) for delay in DELAYS_PS]
    recipe.experiment.n_shots = n_shots
    carry_out(recipe, load_bench("paper_sim"), out, force=True, stop=StopToken(), tell=ignore)


def timed(path: Path, n_bootstrap: int) -> tuple[float, float]:
    """Return seconds by the clock and by the processors to open and reduce the file."""
    wall, busy = perf_counter(), process_time()
    with qdlab.open(path) as run:
        reduction = reduce(run, replace(Choices.for_run(run.attrs), n_bootstrap=n_bootstrap))
    if len(reduction.thresholds) != len(POTENTIALS_V):
        raise AssertionError(f"not all thresholds were found: {reduction.notes}")
    return perf_counter() - wall, process_time() - busy


def main() -> None:
    """Measure, reduce, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=20)
    parser.add_argument("--keep", type=Path, default=None, help="folder for the file, or where it is already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = (options.keep or Path(temporary)) / "paper_size.h5"
        if not path.exists():
            measure(path, options.shots)
        size_gb = path.stat().st_size / 1e9
        print(f"| {size_gb:.2f} GB, {options.shots} shots a point | by the clock | processors |")
        print("|---|---|---|")
        for n_bootstrap in (1, 1000):
            wall_s, busy_s = timed(path, n_bootstrap)
            print(f"| {n_bootstrap} bootstrap samples | {wall_s:.1f} s | {busy_s:.1f} s |")


if __name__ == "__main__":
    main()
