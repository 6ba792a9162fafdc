"""What the engine costs a point, and how much of the time that physics leaves the detector takes shots.

    python tests/benchmarks/engine.py

1. Overhead: the same instrument calls for the same points, made by the engine and by a bare loop; the
   difference of the medians is what steps, interlocks, events and the recorder's queue cost a point, on the
   wall clock and in processor time of the thread (which a computer busy with other things does not change).
2. Duty on the virtual clock: time taken by shots over what travel, settling and switching leave of the run.
   The lower bound is the least time the run could take: in each gap between shots the longer one of the
   stage's travel and of what is switched meanwhile, and everything that is waited for as a whole.
3. On the wall clock, with the first look at dA and a file, on simulated instruments that keep real time:
   the share of the run that is spent in instrument calls. What is left is the engine's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.app.config import LoadedBench, Recipe, bench_from, find_config, load_recipe, read_toml, recipe_from
from qdlab.app.runs import carry_out
from qdlab.instruments import SINGLE_ROLES, ShotBlock
from qdlab.plan import (
    Axis,
    CyclePotential,
    HoldPotential,
    Lab,
    MoveDelay,
    Plan,
    Record,
    RunChopper,
    SetLight,
    Slot,
    Step,
    Stopwatch,
    Stream,
    TakeShots,
    TaPoint,
)
from qdlab.run import Event, Run, RunEnded, RunStatus, StepStarted, StopToken

N_POINTS = 300
REPEATS = 7
PUMP_PROBE = frozenset({"pump", "probe"})


class Nowhere:
    """A sink that keeps nothing: what the file costs is not the engine's."""

    def write(self, slot: Slot, record: Record) -> None: ...

    def note(self, text: str, date: datetime) -> None: ...

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None: ...

    def close(self) -> None: ...


def bench(clock: str = "virtual", **changes: Any) -> LoadedBench:
    """Return the simulated bench on a clock."""
    source = read_toml(find_config("paper_sim"))
    source["clock"] = clock
    for role, options in changes.items():
        source["instruments"][role] |= options
    return bench_from(source, "paper_sim")


def with_ready_shots(loaded: LoadedBench, n_shots: int) -> LoadedBench:
    """Return a bench whose camera hands over shots made before: its own time is not in question."""
    camera = loaded.bench.ta_detector
    with loaded.bench:
        loaded.bench.chopper.start()
        for path in PUMP_PROBE:
            loaded.bench.shutters[path].set_open(True)
        camera.arm(n_shots)
        ready: ShotBlock = camera.read(60.0)
    camera.arm = lambda n_shots: None  # type: ignore[method-assign]
    camera.read = lambda timeout_s: ready  # type: ignore[method-assign]
    return loaded


def scan(lab: Lab, n_shots: int) -> Plan:
    """Return a plan of nothing but points."""
    sample = load_recipe("quick").experiment.plan(lab).sample
    delays_ps = tuple(float(k % 50) for k in range(N_POINTS))
    camera = Axis("wavelength_nm", "nm", lab.wavelengths_nm)
    inner = {"shot": n_shots, "wavelength": camera}
    points = Stream("ta", TaPoint, "points", (Axis("delay_ps", "ps", delays_ps),), inner)
    return Plan("points", "points", {}, sample, (points,), tuple(_steps(points, delays_ps, n_shots)))


def _steps(points: Stream, delays_ps: tuple[float, ...], n_shots: int) -> Iterator[Step]:
    yield RunChopper(running=True)
    yield SetLight(PUMP_PROBE)
    for k, delay_ps in enumerate(delays_ps):
        yield MoveDelay(delay_ps)
        yield TakeShots(points.slot(k), n_shots)


def clocks_s() -> NDArray[np.float64]:
    """Return wall clock and processor time of this thread."""
    return np.array([time.perf_counter(), time.thread_time()])


def by_the_engine_s(n_shots: int) -> NDArray[np.float64]:
    """Return the time a point takes, on both clocks."""
    loaded, began_s = with_ready_shots(bench(), n_shots), np.zeros(2)
    plan = scan(loaded.bench.describe(), n_shots)

    def tell(event: Event) -> None:
        nonlocal began_s
        if isinstance(event, StepStarted) and event.index == 2:
            began_s = clocks_s()

    Run(lambda lab: plan, loaded.bench, loaded.clock, lambda *_: Nowhere(), StopToken(), tell).carry_out()
    return (clocks_s() - began_s) / N_POINTS


def by_a_bare_loop_s(n_shots: int) -> NDArray[np.float64]:
    """Return the time the instrument calls of a point take, on both clocks."""
    loaded = with_ready_shots(bench(), n_shots)
    equipment, line = loaded.bench, loaded.bench.delay_line
    with equipment:
        began_s = clocks_s()
        for k in range(N_POINTS):
            equipment.delay_stage.start_move(line.to_mm(float(k % 50)))
            equipment.delay_stage.wait(20.0)
            _ = equipment.delay_stage.position_mm
            if equipment.potentiostat.cell_on:
                equipment.potentiostat.measure()
            _ = equipment.delay_stage.position_mm
            equipment.ta_detector.arm(n_shots)
            equipment.ta_detector.read(20.0)
        return (clocks_s() - began_s) / N_POINTS


def overhead() -> None:
    """Print what the engine adds to the instruments' calls."""
    _say(f"1. a point, median of {REPEATS} x {N_POINTS} points, alternating; 1024 pixels")
    _say("   shots   engine / ms   bare loop / ms   overhead / ms   overhead / ms of processor time")
    for n_shots in (20, 200, 1000):
        engine = [by_the_engine_s(n_shots) for _ in range(REPEATS)]
        bare = [by_a_bare_loop_s(n_shots) for _ in range(REPEATS)]
        engine_ms, bare_ms = (1e3 * np.median(side, axis=0) for side in (engine, bare))
        wall_ms, processor_ms = engine_ms - bare_ms
        _say(f"   {n_shots:5} {engine_ms[0]:13.3f} {bare_ms[0]:16.3f} {wall_ms:15.3f} {processor_ms:15.3f}")


@dataclass
class Laps:
    """What each step took on the run's clock, and the least that physics lets it take."""

    lab: Lab
    now_s: Callable[[], float]
    steps: list[tuple[Step, float]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Note when a step begins, and when the last one ended."""
        if isinstance(event, StepStarted):
            self.steps.append((event.step, self.now_s()))
        elif isinstance(event, RunEnded):
            self.steps.append((Step(), self.now_s()))

    def total_s(self) -> float:
        """Return how long the run took."""
        return self.steps[-1][1] - self.steps[0][1]

    def shots_s(self) -> float:
        """Return how long shots took."""
        return sum(s.n_shots for s, _ in self.steps if isinstance(s, TakeShots)) / self.lab.shot_rate_hz

    def least_s(self) -> float:
        """Return the least time: travel beside all else; films settle and sweeps last as long as they did."""
        watch = Stopwatch.at_start(self.lab, chooses=True)
        total_s = travel_s = meanwhile_s = 0.0
        for (step, begin_s), (_, end_s) in pairwise(self.steps):
            lasting_s = watch.lap_s(step)
            if isinstance(step, MoveDelay):
                travel_s += lasting_s
            elif isinstance(step, TakeShots):
                total_s += max(travel_s, meanwhile_s) + lasting_s
                travel_s = meanwhile_s = 0.0
            else:
                is_waited_for = isinstance(step, HoldPotential | CyclePotential)
                meanwhile_s += end_s - begin_s if is_waited_for else lasting_s
        return total_s + max(travel_s, meanwhile_s)


def duty(loaded: LoadedBench, recipe: Recipe, title: str) -> None:
    """Carry a recipe out and print which share of the time that is left the detector takes shots."""
    laps = Laps(loaded.bench.describe(), lambda: loaded.clock.now_s)
    with tempfile.TemporaryDirectory() as folder:
        carry_out(recipe, loaded, Path(folder) / "x.h5", force=False, stop=StopToken(), tell=laps)
    total_s, least_s, shots_s = laps.total_s(), laps.least_s(), laps.shots_s()
    share = shots_s / (total_s - (least_s - shots_s))
    _say(
        f"   {title:28} {total_s:9.2f} s, lower bound {least_s:9.2f} s, shots {shots_s:8.2f} s, "
        f"duty {share:.2%}"
    )


@dataclass
class Timed:
    """Stands in front of an instrument and adds up the time spent in it."""

    instrument: Any
    spent_s: list[float]

    def __getattr__(self, name: str) -> Any:
        begin_s = time.perf_counter()
        value = getattr(self.instrument, name)
        self.spent_s[0] += time.perf_counter() - begin_s
        return self._call(value) if callable(value) else value

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            begin_s = time.perf_counter()
            try:
                return method(*arguments, **options)
            finally:
                self.spent_s[0] += time.perf_counter() - begin_s

        return call


def in_instruments(loaded: LoadedBench, recipe: Recipe, title: str) -> None:
    """Carry a recipe out in real time and print which share of it instruments take."""
    spent_s, equipment = [0.0], loaded.bench
    roles = {role: Timed(getattr(equipment, role), spent_s) for role in SINGLE_ROLES if equipment.has(role)}
    shutters = {path: Timed(shutter, spent_s) for path, shutter in equipment.shutters.items()}
    timed = replace(loaded, bench=replace(equipment, **roles, shutters=shutters))  # type: ignore[arg-type]
    marks: list[tuple[float, float]] = []

    def tell(event: Event) -> None:
        if isinstance(event, StepStarted) and isinstance(event.step, MoveDelay | TakeShots):
            marks.append((time.perf_counter(), spent_s[0]))

    with tempfile.TemporaryDirectory() as folder:
        carry_out(recipe, timed, Path(folder) / "x.h5", force=False, stop=StopToken(), tell=tell)
    total_s, inside_s = np.subtract(marks[-1], marks[1])  # from the first move on
    _say(f"   {title:28} {total_s:9.2f} s, of which in instruments {inside_s / total_s:.2%}")


def points_only(n_shots: int) -> Recipe:
    """Return a recipe that is mostly points."""
    table = {
        "excitons_per_dot": [0.5, 2.0],
        "delays_ps": [-4, -3, *range(2, 42)],
        "n_shots": n_shots,
    }
    short = {"settle_minimum_s": 3, "settle_maximum_s": 3, "potentials_v": [-0.3]}
    sweep = {"n_cycles": 1, "step_v": 0.1, "rate_v_s": 1.0, "cv_scans": 1, "steps_per_spectrum": 10}
    source = {"procedure": "GainThresholdMap", "charging": short, "voltammetry": sweep}
    return recipe_from(source | {"transient_absorption": table}, "points")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the three tables."""
    if "--duty" not in sys.argv:
        overhead()
    _say("2. virtual clock")
    duty(bench(), load_recipe("quick"), "configs/quick.toml")
    duty(bench(), points_only(1000), "84 points of 1000 shots")
    _say("3. wall clock, with first look and file")
    in_instruments(bench("wall"), points_only(1000), "84 points of 1000 shots")


if __name__ == "__main__":
    main()
