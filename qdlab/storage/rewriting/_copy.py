"""Take a run file apart into what another one like it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from qdlab.storage import schema
from qdlab.storage.reading._file import RunFile
from qdlab.storage.reading._version_1 import read_whole


def nodes(file: RunFile, *, as_packed: bool = False) -> Iterator[schema.Node]:
    """Yield everything in a run file, known to this version or not, as it was before the first record.

    Columns are in one piece, as they were then, unless the file is packed and wanted `as_packed`.
    """
    spaces = {space.path: space for space in (*schema.run_spaces(), *_stream_spaces(file, as_packed))}
    yield schema.Group("/", _attributes(file.hdf5))
    found: list[str] = []
    file.hdf5.visit(found.append)
    for path in found:
        item = file.hdf5[path]
        if isinstance(item, h5py.Group):
            yield schema.Group(path, _attributes(item))
        elif path not in spaces:
            yield schema.Value(path, _contents(item), _attributes(item))
    yield from spaces.values()


def _stream_spaces(file: RunFile, as_packed: bool) -> Iterator[schema.Space]:
    for name, stream in file.run.streams.items():
        changing = {**stream.columns, schema.CHECKSUM: stream.checksums, schema.DONE: stream.marks}
        for item_name, item in changing.items():
            path, packing = schema.stream_path(name, item_name), _packing(item) if as_packed else {}
            yield schema.Space(path, item.dtype, item.shape, _attributes(item), packing)


def _packing(item: h5py.Dataset) -> dict[str, Any]:
    words = ("chunks", "compression", "compression_opts", "shuffle")
    return {word: getattr(item, word) for word in words} if item.chunks else {}


def _contents(item: h5py.Dataset) -> Any:
    if h5py.check_string_dtype(item.dtype) is not None:
        return item.asstr()[()]
    return read_whole(item)


def _attributes(item: h5py.Group | h5py.Dataset) -> dict[str, Any]:
    """Return attributes as the schema has them: lists of text as tuples."""
    told = dict(item.attrs)
    texts = {name: tuple(map(str, value)) for name, value in told.items() if _is_texts(value)}
    return told | texts


def _is_texts(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "OSU"
