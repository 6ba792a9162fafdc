"""What a record costs, beside a bare pwrite + fdatasync of the same bytes, in turn on the same disk.

    python tests/storage/cost.py FOLDER

Prints the medians of the table in docs/decisions/0005-run-file.md. POSIX only.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from storage_cases import make_plan, make_provenance, make_record

from qdlab.plan import Axis, DeltaA, PumpPower, Stream, TaPoint
from qdlab.storage import create_run
from qdlab.storage.disk._record import Form

PIXELS = Axis("wavelength_nm", "nm", tuple(np.linspace(480.0, 700.0, 1024).tolist()))


def points(n_records: int) -> tuple[Axis, ...]:
    return (Axis("delay_ps", "ps", tuple(range(n_records))),)


STREAMS = {
    "4 numbers, of 80": Stream("pump", PumpPower, "", points(80)),
    "4 numbers, of 5000": Stream("pump", PumpPower, "", points(5000)),
    "dA and error, of 1000": Stream("ta", DeltaA, "", points(1000), {"wavelength": PIXELS}),
    "1 shot, of 1000": Stream("ta", TaPoint, "", points(1000), {"shot": 1, "wavelength": PIXELS}),
    "1000 shots, of 200": Stream("ta", TaPoint, "", points(200), {"shot": 1000, "wavelength": PIXELS}),
}


def measure(folder: Path, stream: Stream) -> tuple[int, float, float]:
    """Return the bytes of a record, and the medians in ms of a bare write and of ours."""
    record = make_record(stream, (0,))
    data = b"".join(Form.of(stream).encode(record))
    bare_ms, ours_ms = [], []
    handle = os.open(folder / "bare", os.O_RDWR | os.O_CREAT)
    os.posix_fallocate(handle, 0, len(data) * stream.n_records)
    os.fsync(handle)
    with create_run(folder / "run.h5", make_plan((stream,)), None, make_provenance()) as writer:
        for row in range(stream.n_records):
            start_s = time.perf_counter()
            os.pwrite(handle, data, row * len(data))
            os.fdatasync(handle)
            between_s = time.perf_counter()
            writer.write(stream.slot(row), record)
            writer.sync()
            bare_ms.append((between_s - start_s) * 1e3)
            ours_ms.append((time.perf_counter() - between_s) * 1e3)
    os.close(handle)
    return len(data), median(bare_ms), median(ours_ms)


def main(folder: Path) -> None:
    """Print a line for each stream."""
    for name, stream in STREAMS.items():
        with tempfile.TemporaryDirectory(dir=folder) as place:
            n_bytes, bare, ours = measure(Path(place), stream)
        print(f"{name:22} {n_bytes:8} B  bare {bare:.3f} ms  ours {ours:.3f} ms  x{ours / bare:.2f}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
