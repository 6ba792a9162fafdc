"""Hold records against their checksums, reading the file's bytes where HDF5 says they are."""

from __future__ import annotations

import mmap
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from qdlab.storage import schema
from qdlab.storage._record import checksum


def intact(path: Path, group: h5py.Group, done: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of a stream's `done` records have the bytes their checksum was made of."""
    stored = np.asarray(group[schema.CHECKSUM])
    columns = [group[name] for name in group.attrs[schema.COLUMNS_KEY]]
    places = [(item.id.get_offset(), item.nbytes // stored.size) for item in columns]
    good = done.copy()
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as whole,
    ):
        for row in np.flatnonzero(done):
            parts = [whole[first + row * size : first + (row + 1) * size] for first, size in places]
            good.flat[row] = checksum(parts) == stored.flat[row]
            del parts
    return good
