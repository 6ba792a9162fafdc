"""A record as bytes: checked against its stream, column by column, with the checksum that vouches for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import StorageError
from qdlab.plan import Column, Record, Stream, columns
from qdlab.storage import schema


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


def checksum(parts: Iterable[memoryview]) -> int:
    """Return the CRC-32 of the columns' bytes, one after the other."""
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc
