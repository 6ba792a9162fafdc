"""A run file as it should be: what its spill holds is in place, and what was cut off it reads as zero.

HDF5 refuses a file that is shorter than its header says. It reads one through this as if nothing were
missing: no copy is made, and nothing is ever written.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qdlab.storage.disk._spill import Patch, spill_path

SIGNATURE = b"\x89HDF\r\n\x1a\n"
END_OF_FILE = slice(40, 48)
"""Where a superblock of version 0 keeps the length of the file (HDF5 File Format Specification, II.A)."""


def stored_size(path: Path) -> int | None:
    """Return how long a file says it is; None if it does not say so as a run file does."""
    with path.open("rb") as file:
        start = file.read(END_OF_FILE.stop)
    if len(start) < END_OF_FILE.stop or not start.startswith(SIGNATURE + b"\0"):
        return None
    return int.from_bytes(start[END_OF_FILE], "little")


class Overlay(io.RawIOBase):
    """A file to read: `n_bytes` of `path`, with `patches` from its spill, zero where there is nothing."""

    def __init__(self, path: Path, n_bytes: int, patches: Sequence[Patch]) -> None:
        self._base = path.open("rb", buffering=0)
        self._spill = spill_path(path).open("rb", buffering=0) if patches else None
        self._n_bytes = n_bytes
        self._patches = patches
        self._starts = np.array([patch.offset for patch in patches], dtype=np.uint64)
        self._ends = self._starts + np.array([patch.n_bytes for patch in patches], dtype=np.uint64)
        self._place = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, and return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._n_bytes}[whence]
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as the file reaches, and return how many bytes that were."""
        first = self._place
        whole = memoryview(buffer).cast("B")[: max(self._n_bytes - first, 0)]
        n_read = _read_at(self._base, first, whole)
        whole[n_read:] = bytes(len(whole) - n_read)
        last = first + len(whole)
        for i in np.flatnonzero((self._starts < last) & (self._ends > first)).tolist():
            self._patch(self._patches[i], whole, first)
        self._place = last
        return len(whole)

    def close(self) -> None:
        """Close; harmless if closed already."""
        self._base.close()
        if self._spill is not None:
            self._spill.close()
        super().close()

    def _patch(self, patch: Patch, whole: memoryview, first: int) -> None:
        """Put into `whole`, which begins at `first`, what of the patch belongs there."""
        start = max(patch.offset, first)
        stop = min(patch.offset + patch.n_bytes, first + len(whole))
        if self._spill is not None:
            _read_at(self._spill, patch.source + start - patch.offset, whole[start - first : stop - first])


def _read_at(file: io.FileIO, offset: int, buffer: memoryview) -> int:
    """Fill `buffer` from `offset` on, and return how many bytes there were."""
    file.seek(offset)
    n_read = 0
    while n_read < len(buffer) and (n := file.readinto(buffer[n_read:])):
        n_read += n
    return n_read
