"""The spill: a journal beside a run file, of the writes that the file itself did not take.

    8 bytes   magic "QDSPILL1"
    uint64    length of the run file's head: its first bytes, which never change
    32 bytes  SHA-256 of that head: whose spill this is
    entries   uint32 n, then n times (uint64 offset in the run file, uint64 length), then the n pieces of
              data, then uint32 CRC-32 of the entry so far

All numbers are little-endian. An entry is everything that belongs to one record, or to the end of a run: it
counts whole or, if its CRC fails, not at all; nothing after it counts either.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zlib_ng.zlib_ng import crc32

from qdlab.storage.disk._bytes import Buffer, Bytes, sync_folder

MAGIC = b"QDSPILL1"
HEADER = struct.Struct("<8sQ32s")
COUNT = struct.Struct("<I")
PLACE = struct.Struct("<QQ")
MOST_PIECES = 1000
"""More than any record has columns."""

Write = tuple[int, Buffer]
"""An offset in the run file, and what is to be there."""


@dataclass(frozen=True, slots=True)
class Patch:
    """`n_bytes` bytes that belong at `offset` of the run file, and lie at `source` in the spill."""

    offset: int
    n_bytes: int
    source: int


def spill_path(path: Path) -> Path:
    """Return where the spill of a run file is."""
    return path.with_name(path.name + ".spill")


class Spill:
    """The spill of one run file, made when it is first needed."""

    def __init__(self, path: Path, head: bytes, open_file: Callable[[Path], Bytes]) -> None:
        self._path = path
        self._header = HEADER.pack(MAGIC, len(head), hashlib.sha256(head).digest())
        self._open_file = open_file
        self._file: Bytes | None = None
        self._end = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was kept here."""
        return self._end == 0

    def append(self, writes: Sequence[Write]) -> None:
        """Keep the writes of one record on the disk; OSError if not even that is possible."""
        file = self._opened()
        entry = self._header + encode(writes) if self.is_empty else encode(writes)
        file.write(entry, self._end)
        file.sync()
        self._end += len(entry)

    def writes(self) -> Iterator[Write]:
        """Yield all writes that were kept, in order."""
        with self._path.open("rb") as file:
            for patch in list(_patches(file, self._end)):
                file.seek(patch.source)
                yield patch.offset, file.read(patch.n_bytes)

    def close(self, *, remove: bool = False) -> None:
        """Close, and `remove` what is in the run file by now; harmless if there is nothing."""
        if self._file is not None:
            self._file.close()
            self._file, self._end = None, 0
        if remove:
            self._path.unlink(missing_ok=True)

    def _opened(self) -> Bytes:
        if self._file is None:
            self._path.touch()
            self._file = self._open_file(self._path)
            sync_folder(self._path.parent)
        return self._file


def encode(writes: Sequence[Write]) -> bytes:
    """Return the entry of some writes that belong together."""
    places = [PLACE.pack(offset, len(data)) for offset, data in writes]
    entry = b"".join([COUNT.pack(len(writes)), *places, *(data for _, data in writes)])
    return entry + COUNT.pack(crc32(entry))


def read_patches(path: Path) -> list[Patch]:
    """Return what a run file's spill holds for it, in order; nothing if there is none or it is another's."""
    spill = spill_path(path)
    if not spill.is_file():
        return []
    with spill.open("rb") as file:
        return list(_patches(file, spill.stat().st_size)) if _is_of(path, file.read(HEADER.size)) else []


def _is_of(path: Path, header: bytes) -> bool:
    """Tell whether a spill's header names the run file at `path`."""
    if len(header) < HEADER.size:
        return False
    magic, n_bytes, digest = HEADER.unpack(header)
    if magic != MAGIC or n_bytes > path.stat().st_size:
        return False
    with path.open("rb") as file:
        return bool(hashlib.sha256(file.read(n_bytes)).digest() == digest)


def _patches(file: BinaryIO, n_bytes: int) -> Iterator[Patch]:
    """Yield the patches of all whole entries, up to the first that is not."""
    start = HEADER.size
    while found := _entry(file, start, n_bytes):
        yield from found
        start = found[-1].source + found[-1].n_bytes + COUNT.size


def _entry(file: BinaryIO, start: int, n_bytes: int) -> list[Patch]:
    """Return the patches of the entry at `start`, none if it is not whole; nothing claimed is believed."""
    file.seek(start)
    head = file.read(COUNT.size)
    if len(head) < COUNT.size or not 0 < (count := COUNT.unpack(head)[0]) <= MOST_PIECES:
        return []
    head += file.read(count * PLACE.size)
    if len(head) < COUNT.size + count * PLACE.size:
        return []
    places = list(PLACE.iter_unpack(head[COUNT.size :]))
    rest = sum(length for _, length in places)
    if start + len(head) + rest + COUNT.size > n_bytes:
        return []
    if crc32(file.read(rest), crc32(head)).to_bytes(4, "little") != file.read(COUNT.size):
        return []
    sources = [start + len(head) + sum(length for _, length in places[:i]) for i in range(count)]
    return [Patch(offset, length, source) for (offset, length), source in zip(places, sources, strict=True)]
