"""Hold records against their checksums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.storage._record import checksum
from qdlab.storage._version_1 import StreamVersion1, read_whole


def intact(stream: StreamVersion1, done: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of a stream's `done` records have the bytes their checksum was made of."""
    stored = read_whole(stream.checksums)
    good = done.copy()
    for index in zip(*np.nonzero(np.atleast_1d(done)), strict=True):
        place = index[: done.ndim]
        good[place] = _is_intact(stream, place, stored[place])
    return good


def _is_intact(stream: StreamVersion1, index: tuple[int, ...], stored: int) -> bool:
    try:
        return checksum(stream.parts(index)) == stored
    except OSError:
        # A packed row that does not unpack.
        return False
