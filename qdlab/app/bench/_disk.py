"""Points and streams of shots into the run file, beside h5py, pwrite and file.write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from qdlab.app.bench._laboratory import run_points
from qdlab.app.bench._measured import Measured, in_turn, measured
from qdlab.app.bench._prepared import N_PIXELS, Prepared
from qdlab.storage import plain

N_SCALARS = 5


def measure_stream(folder: Path, n_shots: int, n_points: int, n_rounds: int) -> Measured:
    """Measure raw shots into the run file, synced at each point, while dA is computed and published."""
    point = Prepared.of(n_shots)
    run, bytes_ = folder / "run.h5", folder / "plain.bin"
    block = memoryview(point.shots.tobytes())
    rounds = in_turn(
        lambda: _then_removed(run, lambda path: run_points(path, point, n_points)),
        lambda: _then_removed(bytes_, lambda path: plain.file_write(path, block, n_points)),
        n_rounds,
    )
    return measured(
        rounds,
        name="stream_vs_file_write",
        what="shots to disk and dA",
        plain="file.write, sync",
        faster_is_more=True,
        goal=0.7,
        amount=n_shots * n_points,
        unit="shots",
    )


def measure_points(folder: Path, n_points: int, n_rounds: int) -> list[Measured]:
    """Measure a small point: two shots, dA and its error, scalars."""
    point = Prepared.of(2)
    row, scalars = np.zeros(N_PIXELS), np.zeros(N_SCALARS)
    data = memoryview(bytes(point.shots.nbytes + 2 * row.nbytes + scalars.nbytes))

    def ours() -> float:
        return _then_removed(folder / "run.h5", lambda path: run_points(path, point, n_points))

    def by_h5py() -> float:
        return _then_removed(
            folder / "plain.h5", lambda path: plain.h5py_append(path, row, scalars, n_points)
        )

    def by_pwrite() -> float:
        return _then_removed(folder / "plain.bin", lambda path: plain.overwrite(path, data, n_points))

    what = "a small point, all it takes"
    return [
        measured(
            in_turn(ours, side, n_rounds),
            name=name,
            what=what,
            plain=how,
            faster_is_more=False,
            goal=goal,
            amount=n_points,
            unit="points",
        )
        for name, side, how, goal in (
            ("point_vs_h5py", by_h5py, "h5py append, flush", 1.5),
            ("point_vs_pwrite", by_pwrite, "pwrite, sync", np.inf),
        )
    ]


def _then_removed(path: Path, work: Callable[[Path], float]) -> float:
    """Return what the work on a file returns, and remove the file."""
    try:
        return work(path)
    finally:
        path.unlink(missing_ok=True)
