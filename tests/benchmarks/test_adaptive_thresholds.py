"""Is an adaptive map worth it? The study of adaptive_thresholds.py in small: one seed, all potentials."""

from __future__ import annotations

from pathlib import Path

from adaptive_thresholds import ADAPTIVE, GRID, PUMP_PROBE, WIDTH, bench, measure, recipe, truths

from qdlab.app.config import load_bench
from qdlab.plan import Stopwatch


def test_an_adaptive_map_takes_a_fifth_of_the_grids_beam_time_and_its_intervals_hold(tmp_path: Path) -> None:
    bench_file = bench(tmp_path)
    found = measure(ADAPTIVE, 1, bench_file)
    assert _beam_time_of_the_grid_s(bench_file) > 5.0 * found["beam_s"]
    for threshold, truth in zip(found["thresholds"], truths(), strict=True):
        assert threshold["n_gain_high"] - threshold["n_gain_low"] <= WIDTH
        assert threshold["n_gain_low95"] <= truth <= threshold["n_gain_high95"]


def _beam_time_of_the_grid_s(bench_file: Path) -> float:
    """What its plan says, which the virtual clock follows; it need not be run."""
    lab = load_bench(str(bench_file)).bench.describe()
    watch, beam_s = Stopwatch.at_start(lab, chooses=False), 0.0
    for step in recipe(GRID).plan(lab):
        beam_s += watch.lap_s(step) * isinstance(step, PUMP_PROBE)
    return beam_s
