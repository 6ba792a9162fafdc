"""A run on instruments that take no time: engine, first look and run file, all as in a laboratory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from qdlab.app.bench._instruments import instant_bench
from qdlab.app.bench._prepared import BAND_NM, QUIET_NM, WAVELENGTHS_NM, Prepared
from qdlab.app.runs import FirstLook
from qdlab.clock import WallClock
from qdlab.plan import (
    Axis,
    Lab,
    MoveDelay,
    Plan,
    Record,
    Sample,
    SetLight,
    Slot,
    Step,
    Stream,
    TakeShots,
    TaPoint,
)
from qdlab.run import Event, Run, RunEnded, Sink, StepStarted
from qdlab.storage import Provenance, create_run

SAMPLE = Sample(
    name="prepared read-outs",
    thickness_nm=116.0,
    thickness_error_nm=13.0,
    cross_section_cm2=3.6e-14,
    cross_section_error_cm2=0.2e-14,
    pump_absorbance=0.1,
    reflectance=0.0,
    open_circuit_v=0.0,
    electrolyte="",
    reference_electrode="",
    band_nm=BAND_NM,
    quiet_nm=QUIET_NM,
)


def points_plan(n_points: int, n_shots: int) -> Plan:
    """Return a plan of points over the delay, each with so many shots."""
    delays = Axis("delay_ps", "ps", tuple(float(k) for k in range(n_points)))
    pixels = Axis("wavelength_nm", "nm", tuple(WAVELENGTHS_NM.tolist()))
    stream = Stream("ta", TaPoint, "points", (delays,), {"shot": n_shots, "wavelength": pixels})
    steps: list[Step] = [SetLight(frozenset({"pump", "probe"}))]
    for k, delay_ps in enumerate(delays.values):
        steps += [MoveDelay(delay_ps), TakeShots(stream.slot(k), n_shots)]
    return Plan("benchmark", "Benchmark", {}, SAMPLE, (stream,), tuple(steps))


class Published:
    """Whoever watches a run: takes the latest dA, as a window does."""

    def __init__(self) -> None:
        self.n_seen = 0
        self.latest: Record | None = None

    def __call__(self, slot: Slot, record: Record) -> None:
        """See a record."""
        self.n_seen += 1
        self.latest = record


def run_points(path: Path, point: Prepared, n_points: int) -> float:
    """Carry out a run of points into a new file; return the seconds from the first step to the end."""
    plan = points_plan(n_points, len(point.shots))
    published, stopwatch = Published(), Stopwatch()

    def open_sink(plan: Plan, lab: Lab, identities: Mapping[str, str]) -> Sink:
        provenance = Provenance(start=clock.date, identities=identities)
        return FirstLook(create_run(path, plan, lab, provenance, force=True), lab, SAMPLE, published)

    clock = WallClock()
    Run(lambda lab: plan, instant_bench(point), clock, open_sink, tell=stopwatch).carry_out()
    if published.n_seen != n_points:
        raise AssertionError(f"{published.n_seen} of {n_points} points were published")
    return stopwatch.seconds


class Stopwatch:
    """Listens to a run: the seconds from its first step until its file says that it is over."""

    def __init__(self) -> None:
        self._start_s: float | None = None
        self.seconds = 0.0

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        if self._start_s is None and isinstance(event, StepStarted):
            self._start_s = time.perf_counter()
        if self._start_s is not None and isinstance(event, RunEnded):
            self.seconds = time.perf_counter() - self._start_s
