"""Adaptive maps against fixed grids on the simulated laboratory: beam time, intervals, and whether they hold.

    python tests/benchmarks/adaptive_thresholds.py measure --seeds 50 --out study.jsonl
    python tests/benchmarks/adaptive_thresholds.py table study.jsonl

`measure` carries out both maps for every seed and adds a line to the file for each; a seed that is in the
file already is left out. The tables of docs/explanation/adaptive.md are what `table` prints.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from procedures import GainThresholdMap
from procedures._adaptive import ADAPTIVE, GRID
from procedures._spending import Spending
from qdlab.analysis import Choices, MapSoFar
from qdlab.app.config import LoadedBench, load_bench, load_recipe
from qdlab.physics import filling
from qdlab.plan import (
    Lab,
    MoveDelay,
    Plan,
    ReadPower,
    Record,
    RunChopper,
    SetFluence,
    SetLight,
    Slot,
    Step,
    TakeShots,
)
from qdlab.run import Event, Run, RunEnded, RunStatus, StepStarted
from simulators.world.options import WorldOptions
from simulators.world.transparency import true_threshold

POTENTIALS_V = (-0.3, -1.15, -1.2, -1.25, -1.5)
PUMP_PROBE = (MoveDelay, ReadPower, RunChopper, SetFluence, SetLight, TakeShots)
WIDTH = 0.045
"""The 68 % interval asked for at every potential, in excitons per dot."""
GRID_SHOTS = 450
"""Shots at every point of the grid that bring all of its intervals below that, as the table shows."""

COARSE_CAMERA = ("n_pixels = 256", "electrons_per_count = 25.0")
"""A quarter of the pixels with four times the light each: the noise of a band stays, the study is faster."""


def bench(folder: Path) -> Path:
    """Return the paper's virtual bench with a camera of fewer pixels."""
    text = (Path(__file__).parents[2] / "configs" / "paper_sim.toml").read_text(encoding="utf-8")
    camera = '[instruments.ta_detector]\ndriver = "simulated"\n'
    text = text.replace(camera, camera + "\n".join(COARSE_CAMERA) + "\n")
    text = text.replace("seed = 2021", "seed = 2021\n\n[simulation.probe]\nelectrons = 1.2e6")
    path = folder / "coarse_sim.toml"
    path.write_text(text, encoding="utf-8")
    return path


def recipe(strategy: str) -> GainThresholdMap:
    """Return the map of configs/quick.toml with spectra that are no bottleneck."""
    experiment = load_recipe("quick").experiment
    assert isinstance(experiment, GainThresholdMap)
    experiment.strategy = strategy
    experiment.interval_width = WIDTH
    experiment.potentials_v = list(POTENTIALS_V)
    experiment.n_scans = 1000
    experiment.n_shots = GRID_SHOTS if strategy == GRID else 300
    experiment.step_v, experiment.steps_per_spectrum, experiment.cv_scans = 0.1, 12, 2
    return experiment


@dataclass
class Meter:
    """Adds up what pump-probe measurements take while a run tells of its steps."""

    loaded: LoadedBench
    beam_s: float = 0.0
    moving_s: float = 0.0
    steps: list[Step] = field(default_factory=list)
    since_s: float = 0.0

    def tell(self, event: Event) -> None:
        """Take in an event."""
        if not isinstance(event, StepStarted | RunEnded):
            return
        now_s = self.loaded.clock.now_s
        if self.steps and isinstance(self.steps[-1], PUMP_PROBE):
            self.beam_s += now_s - self.since_s
            self.moving_s += (now_s - self.since_s) * isinstance(self.steps[-1], MoveDelay)
        self.since_s = now_s
        if isinstance(event, StepStarted):
            self.steps.append(event.step)


class Reduced:
    """The run's file, of which nothing is kept but what its reduction needs."""

    def __init__(self, plan: Plan, lab: Lab) -> None:
        attributes = {"sample": asdict(plan.sample), "lab": asdict(lab)}
        streams = {stream.name: stream for stream in plan.streams}
        self.map = MapSoFar(streams, attributes, Choices.for_run(attributes))
        self.points: set[tuple[int, ...]] = set()

    def write(self, slot: Slot, record: Record) -> None:
        """Reduce a record."""
        self.map.add({slot: record})
        if slot.stream == "pump":
            self.points.add(slot.index)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        """Take no notice."""

    def note(self, text: str, date: datetime) -> None:
        """Take no notice."""

    def close(self) -> None:
        """Close nothing."""


def measure(strategy: str, seed: int, bench_file: Path) -> dict[str, Any]:
    """Carry a map out and return what it took and what it found."""
    loaded = load_bench(str(bench_file), seed)
    meter, sinks = Meter(loaded), list[Reduced]()

    def open_sink(plan: Plan, lab: Lab, identities: Mapping[str, str]) -> Reduced:
        sinks.append(Reduced(plan, lab))
        return sinks[-1]

    Run(recipe(strategy).plan, loaded.bench, loaded.clock, open_sink, tell=meter.tell).carry_out()
    (reduced,) = sinks
    spending = Spending(loaded.bench.describe())
    for step in meter.steps:
        spending.add(step)
    thresholds = [reduced.map.threshold(i)[0] for i in range(len(POTENTIALS_V))]
    names = ("n_1s", "n_gain", "n_gain_low", "n_gain_high", "n_gain_low95", "n_gain_high95", "censored")
    return {
        "strategy": strategy,
        "seed": seed,
        "beam_s": meter.beam_s,
        "moving_s": meter.moving_s,
        "total_s": loaded.clock.now_s,
        "shots": spending.spent.shots,
        "photons_cm2": spending.spent.photons_cm2,
        "n_fluences": [sum(place[0] == i for place in reduced.points) for i in range(len(POTENTIALS_V))],
        "thresholds": [{name: getattr(item, name) for name in names} for item in thresholds],
    }


def truths() -> list[float]:
    """Return the excitons per dot at which the virtual film is transparent at each potential."""
    return [
        true_threshold(WorldOptions(), n_1s) for n_1s in filling(np.array(POTENTIALS_V), -1.2, 0.045).tolist()
    ]


def study(seeds: Iterable[int], strategies: Iterable[str], out: Path) -> None:
    """Measure every seed that is not in the file yet."""
    done = {(row["strategy"], row["seed"]) for row in read(out)} if out.exists() else set()
    with tempfile.TemporaryDirectory() as folder, out.open("a", encoding="utf-8") as file:
        bench_file = bench(Path(folder))
        for seed in seeds:
            for strategy in strategies:
                if (strategy, seed) not in done:
                    row = measure(strategy, seed, bench_file)
                    file.write(json.dumps(row) + "\n")
                    file.flush()


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a study."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def table(path: Path) -> None:
    """Print what the study found."""
    rows = {s: [row for row in read(path) if row["strategy"] == s] for s in (GRID, ADAPTIVE)}
    _print_spending(rows)
    _print_ratios(rows)
    _print_intervals(rows)


def _print_spending(rows: dict[str, list[dict[str, Any]]]) -> None:
    say("\n| | runs | beam time / s | of it moving / s | shots | dose / photons cm^-2 | fluences |")
    say("|---|---|---|---|---|---|---|")
    for strategy, runs in rows.items():
        measured = [[run[name] for run in runs] for name in ("beam_s", "moving_s", "shots", "photons_cm2")]
        measured.append([sum(run["n_fluences"]) for run in runs])
        say(f"| {strategy} | {len(runs)} | {' | '.join(map(_spread, measured))} |")


def _print_ratios(rows: dict[str, list[dict[str, Any]]]) -> None:
    grid = {name: np.median([run[name] for run in rows[GRID]]) for name in ("beam_s", "shots", "photons_cm2")}
    grid_mean_s = grid["beam_s"]
    back_s = np.median([run["beam_s"] - run["moving_s"] / 2.0 for run in rows[GRID]])
    say("\n| grid over adaptive | least | 10 % | median | 90 % | most |")
    say("|---|---|---|---|---|---|")
    for what, ratios in (
        ("beam time", [grid_mean_s / run["beam_s"] for run in rows[ADAPTIVE]]),
        ("beam time, grid scanned there and back", [back_s / run["beam_s"] for run in rows[ADAPTIVE]]),
        ("shots", [grid["shots"] / run["shots"] for run in rows[ADAPTIVE]]),
        ("dose", [grid["photons_cm2"] / run["photons_cm2"] for run in rows[ADAPTIVE]]),
    ):
        quantiles = np.quantile(ratios, [0.0, 0.1, 0.5, 0.9, 1.0])
        say(f"| {what} | {' | '.join(f'{value:.2f}' for value in quantiles)} |")


def _print_intervals(rows: dict[str, list[dict[str, Any]]]) -> None:
    say("\n| | truth | width, median (widest) | 68 % holds | 95 % holds | mean pull | scatter of pulls |")
    say("|---|---|---|---|---|---|---|")
    for strategy, runs in rows.items():
        for i, truth in enumerate(truths()):
            cells = _interval_cells([run["thresholds"][i] for run in runs], truth)
            say(f"| {strategy} | {truth:.3f} | {cells} |")


def _interval_cells(found: list[dict[str, Any]], truth: float) -> str:
    """Say how wide the intervals are, how often they hold the truth, and how estimates scatter about it."""
    value, low, high, low95, high95 = (
        np.array([item[f"n_gain{end}"] for item in found])
        for end in ("", "_low", "_high", "_low95", "_high95")
    )
    pull = (value - truth) / np.maximum((high - low) / 2.0, 1e-9)
    cells = (
        f"{np.median(high - low):.4f} ({np.max(high - low):.4f})",
        f"{np.mean((low <= truth) & (truth <= high)):.0%}",
        f"{np.mean((low95 <= truth) & (truth <= high95)):.0%}",
        f"{pull.mean():+.2f}",
        f"{pull.std():.2f}",
    )
    return " | ".join(cells)


def _spread(values: list[float]) -> str:
    """Say median and range."""
    low, middle, high = np.quantile(values, [0.0, 0.5, 1.0])
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    to_measure = commands.add_parser("measure")
    to_measure.add_argument("--seeds", type=int, default=50)
    to_measure.add_argument("--only", choices=(GRID, ADAPTIVE))
    to_measure.add_argument("--out", type=Path, required=True)
    commands.add_parser("table").add_argument("study", type=Path)
    given = parser.parse_args()
    if given.command == "table":
        table(given.study)
    else:
        strategies = (GRID, ADAPTIVE) if given.only is None else (given.only,)
        study(range(1, given.seeds + 1), strategies, given.out)


if __name__ == "__main__":
    main()
