"""What it costs when an instrument is on another computer, as far as software is to blame: over loopback.

    python tests/benchmarks/loopback.py

Every simulated instrument of `paper_wires` is put on a TCP port by `qdlab simulate`, a simulated cell
behind `qdlab bridge autolab`, each in a process of its own; drivers reach them as they would over a network,
and the same drivers reach the same simulators in this process (`sim://`). Medians of a reading in ms: what
TCP adds is the difference, to which a real network adds its own round trip (0.2 to 0.5 ms on a switch).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from qdlab.app.config import find_config, load_instrument
from qdlab.clock import WallClock

N_READINGS = 300
SHOTS = (2, 1000)

READINGS: dict[str, Callable[[Any], object]] = {
    "delay_stage": lambda stage: stage.position_mm,
    "power_meter": lambda meter: meter.read_power_w(),
    "attenuator": lambda attenuator: attenuator.transmission,
    "potentiostat": lambda cell: cell.measure(),
}


@contextmanager
def served(*arguments: str, first_line: str) -> Iterator[re.Match[str]]:
    """Run a `qdlab` command until the block ends; gives the line that says where it listens."""
    command = [sys.executable, "-u", "-m", "qdlab", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            found = re.search(first_line, process.stdout.readline())
            assert found is not None
            yield found
        finally:
            process.terminate()


def bench_at(places: dict[str, str], folder: Path) -> Path:
    """Return `paper_wires` with instruments behind sockets in the place of simulated ones."""
    text = find_config("paper_wires").read_text(encoding="utf-8")
    for role, place in places.items():
        pattern = rf'(\[instruments\.{role}\][^\[]*?resource = )"[^"]*"'
        text = re.sub(pattern, rf'\1"socket://{place}"', text)
    path = folder / "served.toml"
    path.write_text(text, encoding="utf-8")
    return path


def reading_ms(bench: str | Path, role: str) -> float:
    """Return the median time of a reading of one instrument of a bench."""
    instrument = load_instrument(bench, role, WallClock())
    instrument.open()
    try:
        return median(_timed_ms(lambda: READINGS[role](instrument)) for _ in range(N_READINGS))
    finally:
        instrument.close()


def shots_ms(bench: str | Path, n_shots: int) -> float:
    """Return how long a block of shots takes, beyond the time the laser needs for it."""
    camera = load_instrument(bench, "ta_detector", WallClock())
    camera.open()

    def block() -> None:
        camera.arm(n_shots)
        camera.read(timeout_s=10.0)

    try:
        return median(_timed_ms(block) for _ in range(20)) - n_shots / camera.shot_rate_hz * 1e3
    finally:
        camera.close()


def _timed_ms(work: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    work()
    return (time.perf_counter() - start_s) * 1e3


def main() -> None:
    """Print the table."""
    with (
        tempfile.TemporaryDirectory() as made,
        served("simulate", "--bench", "paper_wires", first_line=r"\{.*\}") as told,
        served("bridge", "autolab", "--bench", "paper_sim", "--listen", "127.0.0.1:0",
               first_line=r"127\.0\.0\.1:\d+") as bridge,
    ):  # fmt: skip
        places = json.loads(told[0]) | {"potentiostat": bridge[0]}
        bench = bench_at(places, Path(made))
        print(f"{'':32}{'in process':>12}{'TCP':>9}   ms")
        for role in READINGS:
            print(f"{role:32}{reading_ms('paper_wires', role):12.3f}{reading_ms(bench, role):9.3f}")
        for n_shots in SHOTS:
            what = f"ta_detector, {n_shots} shots"
            print(f"{what:32}{shots_ms('paper_wires', n_shots):12.3f}{shots_ms(bench, n_shots):9.3f}")


if __name__ == "__main__":
    main()
