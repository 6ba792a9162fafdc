"""A record as bytes and back: checked against its stream, with the checksum that vouches for it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import StorageError
from qdlab.plan import Column, Record, Stream, columns
from qdlab.storage import schema
from qdlab.storage._bytes import Buffer


def encode(stream: Stream, record: Record) -> list[memoryview]:
    """Return the bytes of each column, in order; StorageError if the record does not fit its stream."""
    if type(record) is not stream.record:
        wanted, given = stream.record.__name__, type(record).__name__
        raise StorageError(f"stream {stream.name!r} keeps {wanted} records, not {given}")
    return [_encode(stream, item, getattr(record, item.name)) for item in columns(stream.record)]


def _encode(stream: Stream, item: Column, value: object) -> memoryview:
    given: NDArray[Any] = np.asarray(value)
    what = f"stream {stream.name!r}, {item.name}"
    if given.shape != (shape := schema.row_shape(stream, item)):
        raise StorageError(f"{what}: shape {given.shape} does not fit {shape} of {item.dims}")
    if not np.can_cast(given.dtype, item.dtype, "safe"):
        raise StorageError(f"{what}: values of type {given.dtype} cannot be kept whole as {item.dtype}")
    row = np.ascontiguousarray(given, dtype=schema.column_dtype(item))
    return row.reshape(-1).view(np.uint8).data


def decode(stream: Stream, parts: Sequence[bytes]) -> Record:
    """Return the record whose columns have these bytes."""
    items = columns(stream.record)
    return stream.record(
        **{item.name: _decode(stream, item, part) for item, part in zip(items, parts, strict=True)}
    )


def _decode(stream: Stream, item: Column, part: bytes) -> Any:
    values = np.frombuffer(part, schema.column_dtype(item)).reshape(schema.row_shape(stream, item))
    native = values.astype(np.bool_ if item.dtype == "uint8" else item.dtype)
    return native if item.dims else native.item()


def n_bytes(stream: Stream, item: Column) -> int:
    """Return how long a column is in one record."""
    return schema.column_dtype(item).itemsize * math.prod(schema.row_shape(stream, item))


def checksum(parts: Iterable[Buffer]) -> int:
    """Return the CRC-32 of the columns' bytes, one after the other."""
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc
