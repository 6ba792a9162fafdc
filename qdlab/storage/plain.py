"""Writing done plainly, as anybody would: what `qdlab bench` holds the run file against.

Each returns the seconds it took; opening and closing the file do not count.
"""

from __future__ import annotations

import time
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from qdlab.storage.disk._bytes import Bytes, sync_handle


def file_write(path: Path, block: memoryview, n_blocks: int) -> float:
    """Append the block again and again, on the disk each time."""
    with path.open("wb", buffering=0) as file:
        start_s = time.perf_counter()
        for _ in range(n_blocks):
            file.write(block)
            sync_handle(file.fileno())
        return time.perf_counter() - start_s


def overwrite(path: Path, block: memoryview, n_blocks: int) -> float:
    """Overwrite a file of the final size block by block, on the disk each time."""
    with path.open("wb") as file:
        file.truncate(len(block) * n_blocks)
    data = Bytes(path)
    try:
        data.reserve()
        data.sync()
        start_s = time.perf_counter()
        for k in range(n_blocks):
            data.write(block, k * len(block))
            data.sync()
        return time.perf_counter() - start_s
    finally:
        data.close()


def h5py_append(path: Path, row: NDArray[np.float64], scalars: NDArray[np.float64], n_rows: int) -> float:
    """Append a row and some numbers to datasets that grow, flushed each time: a kill takes nothing."""
    with h5py.File(path, "w") as file:
        rows = file.create_dataset(
            "row", (0, row.size), row.dtype, maxshape=(None, row.size), chunks=(64, row.size)
        )
        numbers = file.create_dataset(
            "scalars", (0, scalars.size), scalars.dtype, maxshape=(None, scalars.size)
        )
        start_s = time.perf_counter()
        for k in range(n_rows):
            rows.resize(k + 1, axis=0)
            rows[k] = row
            numbers.resize(k + 1, axis=0)
            numbers[k] = scalars
            file.flush()
        return time.perf_counter() - start_s
