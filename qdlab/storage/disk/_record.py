"""A record as bytes and back: checked against its stream, with the checksum that vouches for it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from zlib_ng.zlib_ng import crc32

from qdlab.errors import StorageError
from qdlab.plan import Column, Record, Stream, columns
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Buffer


@dataclass(frozen=True)
class Form:
    """How the records of a stream lie in bytes: the shape and type of each column, worked out once."""

    stream: Stream
    columns: tuple[tuple[Column, tuple[int, ...], np.dtype[Any]], ...]

    @classmethod
    def of(cls, stream: Stream) -> Form:
        """Return the form of this stream's records."""
        items = columns(stream.record)
        return cls(
            stream, tuple((item, schema.row_shape(stream, item), schema.column_dtype(item)) for item in items)
        )

    @property
    def sizes(self) -> dict[str, int]:
        """How many bytes each column takes in one record, by name."""
        return {item.name: dtype.itemsize * math.prod(shape) for item, shape, dtype in self.columns}

    def encode(self, record: Record) -> list[memoryview]:
        """Return the bytes of each column, in order; StorageError if the record does not fit its stream."""
        if type(record) is not self.stream.record:
            wanted, given = self.stream.record.__name__, type(record).__name__
            raise StorageError(f"stream {self.stream.name!r} keeps {wanted} records, not {given}")
        return [
            self._encode(item, shape, dtype, getattr(record, item.name))
            for item, shape, dtype in self.columns
        ]

    def _encode(
        self, item: Column, shape: tuple[int, ...], dtype: np.dtype[Any], value: object
    ) -> memoryview:
        given: NDArray[Any] = np.asarray(value)
        if given.shape != shape:
            raise StorageError(f"{self._name(item)}: shape {given.shape} does not fit {shape} of {item.dims}")
        if given.dtype != dtype and not np.can_cast(given.dtype, dtype, "safe"):
            raise StorageError(
                f"{self._name(item)}: values of type {given.dtype} cannot be kept whole as {item.dtype}"
            )
        return np.ascontiguousarray(given, dtype=dtype).data.cast("B")

    def _name(self, item: Column) -> str:
        return f"stream {self.stream.name!r}, {item.name}"

    def decode(self, parts: Sequence[bytes]) -> Record:
        """Return the record whose columns have these bytes."""
        return self.stream.record(
            **{
                item.name: _decode(item, shape, dtype, part)
                for (item, shape, dtype), part in zip(self.columns, parts, strict=True)
            }
        )


def _decode(item: Column, shape: tuple[int, ...], dtype: np.dtype[Any], part: bytes) -> Any:
    values = np.frombuffer(part, dtype).reshape(shape)
    native = values.astype(np.bool_ if item.dtype == "uint8" else item.dtype)
    return native if item.dims else native.item()


def checksum(parts: Iterable[Buffer]) -> int:
    """Return the CRC-32 of the columns' bytes, one after the other."""
    crc = 0
    for part in parts:
        crc = crc32(part, crc)
    return crc
