"""kill -9 at random moments of a run, then resume: is the file that of a run that nobody killed?

    python tests/run/kill_sweep.py [N] [--seed SEED]

kills N runs, 100 if nothing is said, and holds each resumed file against an uninterrupted run of the same
seed: every record that was there before the kill, bit for bit; what was measured later, and the thresholds,
within their errors.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from resuming import RECIPE, Record, records, run_to_the_end, same

from qdlab.app.results import reduce_file
from qdlab.app.runs import resume
from qdlab.errors import InputError
from qdlab.run import StopToken, ignore
from qdlab.storage import inspect_run

FLUENCES = {"excitons_per_dot": [0.3, 0.8, 1.6, 3.0], "n_shots": 400}
LARGER = RECIPE | {"transient_absorption": RECIPE["transient_absorption"] | FLUENCES}
PAUSE_S = 1e-3
PRELOADED = ["procedures", "simulators", "qdlab.app.results", "qdlab.app.runs"]
"""What a process to be killed has in memory from its beginning, where processes can be forked."""

Records = dict[tuple[str, tuple[int, ...]], Record]


@dataclass(frozen=True)
class Uninterrupted:
    """A run that nobody killed: how long it wrote its file, its records, its thresholds with their errors."""

    lasting_s: float
    records: Records
    n_gain: np.ndarray
    n_gain_error: np.ndarray


def run_larger(path: Path) -> None:
    """Run to the end, unless killed."""
    run_to_the_end(path, recipe=LARGER)


def started(path: Path) -> BaseProcess:
    """Start a run in a process of its own, and return it as soon as its file is there."""
    process = multiprocessing.Process(target=run_larger, args=(path,))
    process.start()
    while not path.exists() and process.is_alive():
        threading.Event().wait(PAUSE_S)
    return process


def uninterrupted(path: Path) -> Uninterrupted:
    """Run to the end."""
    process, begin_s = started(path), time.time()
    process.join()
    lasting_s = path.stat().st_mtime - begin_s
    thresholds = reduce_file(path, {}).thresholds
    edges = np.array([(item.n_gain_low, item.n_gain_high) for item in thresholds])
    n_gain = np.array([item.n_gain for item in thresholds])
    return Uninterrupted(lasting_s, records(path), n_gain, np.diff(edges)[:, 0] / 2)


def killed(path: Path, after_s: float) -> bool:
    """Kill a run so long after its file appeared; whether it left something to be resumed."""
    path.unlink(missing_ok=True)
    process = started(path)
    threading.Event().wait(after_s)
    process.kill()
    process.join()
    try:
        return inspect_run(path).status == "died"
    except InputError:  # killed while the file was being laid out: nothing had been measured
        return False


def pulls(final: Records, whole: Records) -> list[np.ndarray]:
    """Return by how many errors the points measured again differ."""
    found = []
    for key, there in whole.items():
        here = final[key]
        if "shots" in there and "delta_a" in there and not same(here, there):
            error = np.hypot(here["delta_a_error"], there["delta_a_error"])
            found.append((here["delta_a"] - there["delta_a"]) / error)
    return found


def resumed(path: Path, whole: Uninterrupted) -> tuple[int, list[np.ndarray], np.ndarray]:
    """Resume, hold it against the uninterrupted run; AssertionError, or records kept and pulls."""
    before = path.with_name("before.h5")
    shutil.copy(path, before)
    kept = records(before)
    resume(path, stop=StopToken(), tell=ignore)
    final = records(path)
    assert inspect_run(path).status == "finished"
    assert final.keys() == whole.records.keys()
    # A sweep of the potential that was cut off is measured as a whole.
    swept = {key for key in kept if key[0].startswith("cv")} if ("cv", ()) not in kept else set()
    for key in kept.keys() - swept:
        assert same(final[key], kept[key]), f"{key} is not what it was before"
        assert same(final[key], whole.records[key]), f"{key} is not that of the uninterrupted run"
    n_gain = np.array([item.n_gain for item in reduce_file(path, {}).thresholds])
    return len(kept), pulls(final, whole.records), (n_gain - whole.n_gain) / whole.n_gain_error


def main() -> int:
    """Kill, resume, print, and return how many runs went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n_runs", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if "forkserver" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("forkserver")
        multiprocessing.set_forkserver_preload(PRELOADED)
    with tempfile.TemporaryDirectory() as folder:
        return sweep(Path(folder), chosen.n_runs, np.random.default_rng(chosen.seed))


def sweep(folder: Path, n_runs: int, generator: np.random.Generator) -> int:
    """Kill so many runs that left a file to be resumed; print what became of them."""
    whole, path = uninterrupted(folder / "whole.h5"), folder / "run.h5"
    n_wrong, n_nothing, shares, of_points, of_thresholds = 0, 0, [], [], []
    while len(shares) + n_wrong < n_runs:
        if not killed(path, generator.uniform(0.0, whole.lasting_s)):
            n_nothing += 1
            continue
        try:
            n_kept, points, thresholds = resumed(path, whole)
        except AssertionError as error:
            n_wrong += 1
            sys.stdout.write(f"wrong: {error}\n")
            continue
        shares.append(n_kept / len(whole.records))
        of_points += points
        of_thresholds.append(thresholds)
    n_records = len(whole.records)
    spread = ", ".join(f"{share:.0%}" for share in np.quantile(shares, [0, 0.25, 0.5, 0.75, 1]))
    sys.stdout.write(
        f"{n_runs} runs of {n_records} records killed and resumed, {n_wrong} wrong "
        f"({n_nothing} more had no file yet, or had finished)\n"
        f"records there at the kill: {spread} (least, quartiles, most)\n"
        f"dA of points measured again: chi2 {np.square(of_points).mean():.3f} a point\n"
        f"thresholds: rms {np.sqrt(np.square(of_thresholds).mean()):.2f} of their 68 % error, at most "
        f"{np.abs(of_thresholds).max():.2f}\n"
    )
    return n_wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
