"""Where in a run file everything lies that is overwritten, and what has to be written there."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from qdlab.storage import schema
from qdlab.storage.disk._bytes import Buffer
from qdlab.storage.disk._record import checksum
from qdlab.storage.disk._spill import Write


@dataclass(frozen=True)
class RecordPlaces:
    """Where the columns of a stream, the checksums and the marks begin."""

    offsets: tuple[int, ...]

    def record(self, row: int, parts: Sequence[memoryview]) -> list[Write]:
        """Return the bytes of a record, then what vouches for them, then the mark that they count."""
        pieces: list[Buffer] = [*parts, struct.pack("<I", checksum(parts)), _mark(done=True)]
        return [
            (offset + row * len(piece), piece) for offset, piece in zip(self.offsets, pieces, strict=True)
        ]


class Places:
    """The offsets of a file's Spaces, by path."""

    def __init__(self, offsets: Mapping[str, int]) -> None:
        self._offsets = offsets

    def __contains__(self, path: str) -> bool:
        """Tell whether the file has such a Space."""
        return path in self._offsets

    @property
    def head_bytes(self) -> int:
        """How many bytes there are before the first that is overwritten."""
        return min(self._offsets.values())

    def of_records(self, stream: str, columns: Iterable[str]) -> RecordPlaces:
        """Return where a stream has its records."""
        names = (*columns, schema.CHECKSUM, schema.DONE)
        return RecordPlaces(tuple(self._offsets[schema.stream_path(stream, name)] for name in names))

    def mark(self, stream: str, row: int, *, done: bool) -> Write:
        """Return the mark that says whether a record counts."""
        return self._write(schema.stream_path(stream, schema.DONE), _mark(done=done), row)

    def read(self, file: BinaryIO, stream: str, sizes: Mapping[str, int], row: int) -> Iterator[bytes]:
        """Yield the bytes of a record's columns, which are `sizes` long, and of its checksum."""
        for name, n_bytes in {**sizes, schema.CHECKSUM: 4}.items():
            file.seek(self._offsets[schema.stream_path(stream, name)] + row * n_bytes)
            yield file.read(n_bytes)

    def text(self, path: str, text: str) -> Write:
        """Return a text of fixed length."""
        return self._write(path, schema.fixed_text(path, text))

    def rest_of_text(self, path: str, start: int, rest: bytes) -> Write:
        """Return what is appended to a text of which `start` bytes are there."""
        return self._offsets[path] + start, rest

    def blocks(self, path: str, blocks: Iterable[bytes]) -> Iterator[Write]:
        """Yield `blocks`, one after the other, as the bytes of the dataset at `path`."""
        offset = self._offsets[path]
        for block in blocks:
            yield offset, block
            offset += len(block)

    def count(self, path: str, number: int) -> Write:
        """Return a whole number."""
        return self._write(path, struct.pack("<Q", number))

    def beat(self, unix_time_s: float) -> Write:
        """Return a sign of life."""
        return self._write(schema.HEARTBEAT, struct.pack("<d", unix_time_s))

    def _write(self, path: str, data: Buffer, row: int = 0) -> Write:
        """Return what overwrites row `row` of the dataset at `path`, whose rows are as long as `data`."""
        return self._offsets[path] + row * len(data), data


def _mark(*, done: bool) -> bytes:
    return bytes([done])
