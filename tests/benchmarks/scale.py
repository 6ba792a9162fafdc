"""Streams and files larger than a test may make; the tables of docs/scale.md are what these print.

    python tests/benchmarks/scale.py stream --gigabytes 5
    python tests/benchmarks/scale.py reduce --gigabytes 5 --memory 1
    python tests/benchmarks/scale.py linear
    python tests/benchmarks/scale.py packed

`stream` writes raw shots into a run file as fast as it goes, dA computed and published, and looks at the
memory of the process meanwhile. `reduce` reduces a file of raw shots in a process that may have no more than
so many gigabytes of address space. `linear` reduces files whose number of points grows a hundredfold.
`packed` tells what compression saves and costs. Files are made in the current folder and removed again; Linux
only.
"""

from __future__ import annotations

import argparse
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

from qdlab.app.bench._laboratory import run_points
from qdlab.app.bench._prepared import N_PIXELS, Prepared
from qdlab.app.bench._reduction import N_FLUENCES, N_POTENTIALS, reduce_raw, write_raw

SHOT_BYTES = 2 * N_PIXELS
CELLS = N_POTENTIALS * N_FLUENCES
N_SHOTS = 2000
FILTERS = {
    "none": {},
    "lzf": {"compression": "lzf"},
    "shuffle, lzf": {"compression": "lzf", "shuffle": True},
    "shuffle, gzip 1 (`qdlab pack`)": {"compression": "gzip", "compression_opts": 1, "shuffle": True},
    "shuffle, gzip 6": {"compression": "gzip", "compression_opts": 6, "shuffle": True},
}


def memory_mb() -> float:
    """Return the memory this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


@contextmanager
def memory_watched(seen_mb: list[float], every_s: float = 0.2) -> Iterator[None]:
    """Add the memory in use to `seen_mb` again and again until the block ends."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(every_s):
            seen_mb.append(memory_mb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def stream(gigabytes: float) -> None:
    """Print rate and memory of a stream."""
    point, path, seen_mb = Prepared.of(N_SHOTS), Path("stream.h5"), list[float]()
    n_points = round(gigabytes * 1e9 / (N_SHOTS * SHOT_BYTES))
    try:
        with memory_watched(seen_mb):
            seconds = run_points(path, point, n_points)
    finally:
        path.unlink(missing_ok=True)
    rate_hz = n_points * N_SHOTS / seconds
    first, last = (np.mean(part) for part in np.array_split(np.array(seen_mb), 5)[::4])
    print(
        f"{gigabytes:g} GB in {seconds:.1f} s: {rate_hz / 1e3:.0f} kHz, {rate_hz * SHOT_BYTES / 1e6:.0f} MB/s"
    )
    print(
        f"memory: {first:.0f} MB in the first fifth, {last:.0f} MB in the last, {max(seen_mb):.0f} MB at most"
    )


def reduce(gigabytes: float, memory_gb: float) -> None:
    """Reduce a file within an address space."""
    path, small = Path("large.h5"), Path("small.h5")
    try:
        write_raw(small, 20, 3)
        n_delays = round(gigabytes * 1e9 / (CELLS * N_SHOTS * SHOT_BYTES))
        n_points = write_raw(path, N_SHOTS, n_delays)
        resource.setrlimit(resource.RLIMIT_AS, (round(memory_gb * 1e9), -1))
        reduce_raw(small)
        start_s = time.perf_counter()
        reduce_raw(path)
        seconds = time.perf_counter() - start_s
        size_gb = path.stat().st_size / 1e9
    finally:
        path.unlink(missing_ok=True)
        small.unlink(missing_ok=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{size_gb:.1f} GB, {n_points} points, in {seconds:.1f} s: {size_gb / seconds:.2f} GB/s")
    print(f"address space limited to {memory_gb:g} GB; memory at most {peak_mb:.0f} MB")


def linear() -> None:
    """Print what the reduction costs a point, for files a hundred times longer."""
    print("points      s   ms a point")
    reduce_points(2)  # loads what it takes
    for n_delays in (4, 12, 40, 120, 400):
        n_points, seconds = reduce_points(n_delays)
        print(f"{n_points:6d} {seconds:6.2f} {seconds / n_points * 1e3:8.2f}")


def reduce_points(n_delays: int, n_shots: int = 500) -> tuple[int, float]:
    """Return points and seconds of one reduction."""
    path = Path("linear.h5")
    try:
        n_points = write_raw(path, n_shots, n_delays)
        start_s = time.perf_counter()
        reduce_raw(path)
        return n_points, time.perf_counter() - start_s
    finally:
        path.unlink(missing_ok=True)


def packed() -> None:
    """Print what filters of HDF5 save and cost on camera shots, a point a chunk."""
    point, path, n = Prepared.of(N_SHOTS), Path("packed.h5"), 20
    shots, n_bytes = point.shots, n * point.shots.nbytes
    for name, how in FILTERS.items():
        with h5py.File(path, "w") as file:
            chunks = {"chunks": (1, *shots.shape)} if how else {}
            made = file.create_dataset("shots", (n, *shots.shape), shots.dtype, **chunks, **how)
            start_s = time.perf_counter()
            for k in range(n):
                made[k] = shots
            file.flush()
            between_s = time.perf_counter()
            for k in range(n):
                made[k]
            end_s = time.perf_counter()
            size = made.id.get_storage_size()
        rates = [n_bytes / 1e6 / seconds for seconds in (between_s - start_s, end_s - between_s)]
        print(f"| {name} | {size / n_bytes:.2f} | {rates[0]:.0f} | {rates[1]:.0f} |")
    path.unlink()


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("stream", "reduce", "linear", "packed"))
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--memory", type=float, default=1.0, help="address space in GB")
    asked = parser.parse_args()
    if asked.what == "stream":
        stream(asked.gigabytes)
    elif asked.what == "reduce":
        reduce(asked.gigabytes, asked.memory)
    else:
        {"linear": linear, "packed": packed}[asked.what]()


if __name__ == "__main__":
    main()
