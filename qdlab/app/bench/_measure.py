"""All that is measured, in order."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qdlab.app.bench._disk import measure_points, measure_stream
from qdlab.app.bench._ensembles import measure_ensembles
from qdlab.app.bench._measured import Measured
from qdlab.app.bench._reduction import measure_bootstrap, measure_reduction
from qdlab.app.bench._shots import measure_shots
from qdlab.app.bench._start import measure_start
from qdlab.storage import versions


@dataclass(frozen=True)
class Bench:
    """How much is done in each measurement, and how often."""

    n_rounds: int = 5
    n_shots: int = 5000
    stream_shots: int = 2000
    stream_points: int = 50
    small_points: int = 2000
    reduction_shots: int = 1000
    reduction_delays: int = 20
    n_bootstrap: int = 500
    n_ensembles: int = 10_000


def measure_all(bench: Bench, folder: Path, tell: Callable[[str], None]) -> Iterator[Measured]:
    """Yield what is measured, one after the other; files are made in `folder` and removed again.

    `tell` hears what is measured next.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="qdlab-bench-") as made:
        place, rounds = Path(made), bench.n_rounds
        tell("shots -> dA")
        yield measure_shots(bench.n_shots, rounds)
        tell("a stream of shots into the run file")
        yield measure_stream(place, bench.stream_shots, bench.stream_points, rounds)
        tell("small points")
        yield from measure_points(place, bench.small_points, rounds)
        tell("the reduction of raw shots")
        yield measure_reduction(place, bench.reduction_shots, bench.reduction_delays, rounds)
        tell("the bootstrap")
        yield measure_bootstrap(bench.n_bootstrap, rounds)
        tell("thresholds and gain lifetimes")
        yield measure_ensembles(bench.n_ensembles, rounds)
        tell("the start of the command line")
        yield measure_start(rounds)


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        **versions(),
    }
