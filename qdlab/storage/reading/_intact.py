"""Hold records against their checksums."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qdlab.storage.disk._record import checksum
from qdlab.storage.reading._version_1 import StreamVersion1, read_whole

Index = tuple[int, ...]
Parts = list[memoryview]


def read_records(stream: StreamVersion1, done: NDArray[np.bool_]) -> Iterator[tuple[Index, Parts | None]]:
    """Yield where each `done` record is, and its bytes; None if they differ from its checksum."""
    stored = read_whole(stream.checksums)
    for found in zip(*np.nonzero(np.atleast_1d(done)), strict=True):
        index = tuple(map(int, found[: done.ndim]))
        yield index, _whole(stream, index, int(stored[index]))


def _whole(stream: StreamVersion1, index: Index, stored: int) -> Parts | None:
    try:
        parts = stream.parts(index)
    except OSError:
        # A packed row that does not unpack.
        return None
    return parts if checksum(parts) == stored else None


def intact(stream: StreamVersion1, done: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of a stream's `done` records have the bytes their checksum was made of."""
    good = done.copy()
    for index, parts in read_records(stream, done):
        good[index] = parts is not None
    return good
