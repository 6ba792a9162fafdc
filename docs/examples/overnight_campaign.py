"""An overnight campaign: one experiment several times from a queue, and in the morning one result.

    python overnight_campaign.py FOLDER [BENCH]

The queue is a file: after a power cut start this script again. What was finished stays, what was cut off is
resumed. A failed run is skipped, so that it does not cost the night.
"""

from __future__ import annotations

import sys
from pathlib import Path

import qdlab
from qdlab.analysis import CampaignRun, campaign_of, reduce, summary
from qdlab.app.queue import Queue, add_job, carry_out_job, work
from qdlab.run import StopToken, ignore

RECIPE = """
procedure = "GainThresholdMap"

[run]
title = "thresholds, replicate"

[charging]
potentials_v = [-0.3, -1.2]

[transient_absorption]
excitons_per_dot = [0.3, 0.8, 1.6, 3.0]
delays_ps = [-5, -4, -3, 3, 5, 7, 2500]
n_shots = 200
"""
N_REPLICATES = 3


def main(folder: Path, bench: str = "paper_sim") -> None:
    """Fill the queue once, work on it until nothing waits, and combine what is there."""
    queue = Queue(folder / "queue.sqlite")
    if not queue.jobs():
        fill(queue, folder, bench)
    stop = StopToken()
    work(queue, lambda job: carry_out_job(queue, job, stop=stop, tell=ignore), on_failure="skip")
    runs = []
    for job in queue.jobs():
        print(f"job {job.number}: {job.state} {job.reason}")
        if job.state == "finished":
            with qdlab.open(job.out) as run:
                runs.append(CampaignRun(job.out.stem, run.attrs["sample"]["name"], summary(reduce(run))))
    tell(runs)


def fill(queue: Queue, folder: Path, bench: str) -> None:
    """Put every replicate into the queue; each is checked now, and again when its turn comes."""
    recipe = folder / "replicate.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    for k in range(N_REPLICATES):
        add_job(queue, recipe, bench, folder / f"replicate-{k + 1}.h5", seed=k)


def tell(runs: list[CampaignRun]) -> None:
    """Print the mean threshold of every potential: its error contains what the runs differ by."""
    for quantity in campaign_of(runs):
        if quantity.name == "n_gain":
            mean = quantity.over_runs
            print(
                f"{quantity.potential_v:+.2f} V: threshold {mean.value:.3f} +- {mean.error:.3f} "
                f"({mean.n} runs, scatter beyond their errors {mean.scatter:.3f})"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
