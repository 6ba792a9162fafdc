"""Hold a run file against its specification (docs/reference/file-format.md), and records against CRCs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from qdlab.errors import InputError
from qdlab.storage import schema
from qdlab.storage.disk._overlay import stored_size
from qdlab.storage.disk._spill import read_patches, spill_path
from qdlab.storage.reading._file import RunFile, open_file, unreadable
from qdlab.storage.reading._intact import read_records
from qdlab.storage.reading._version_1 import StreamVersion1, dims, read_whole

COLUMN_TYPES = tuple(map(np.dtype, ("<f8", "u1", "<u2", "<u8")))


def verify_run(path: Path) -> tuple[str, ...]:
    """Return all that is wrong with a run file, a line each; nothing if all is well."""
    try:
        with open_file(path, damaged=True) as file, unreadable(path):
            return tuple(_problems(file))
    except InputError as error:
        return (str(error),)


def _problems(file: RunFile) -> Iterator[str]:
    yield from _size(file.path)
    yield from _spill(file.path)
    missing = [name for name in schema.REQUIRED_TEXTS if not _is_text(file.hdf5.get(name))]
    yield from (f"{name}: there is no such text" for name in missing)
    for space in schema.run_spaces():
        if space.path in file.hdf5 or space.path not in schema.OPTIONAL_SPACES:
            yield from _dataset(file.hdf5.get(space.path), space)
    for stream in file.run.streams.values():
        yield from _stream(stream)
    yield from _count(file)


def _size(path: Path) -> Iterator[str]:
    size, stored = path.stat().st_size, stored_size(path)
    if stored is None:
        yield "the superblock is not of version 0"
    elif size < stored:
        yield f"{stored - size} of {stored} bytes are cut off; save the rest with qdlab recover"


def _spill(path: Path) -> Iterator[str]:
    if read_patches(path):
        yield f"records are in {spill_path(path).name}; merge them with qdlab recover"
    elif spill_path(path).exists():
        yield f"{spill_path(path).name} is of another file, or holds nothing whole"


def _is_text(item: object) -> bool:
    return isinstance(item, h5py.Dataset) and h5py.check_string_dtype(item.dtype) is not None


def _dataset(item: h5py.Dataset | None, space: schema.Space) -> Iterator[str]:
    """Compare a dataset that is overwritten with what it has to be; a text may be of any fixed length."""
    if not isinstance(item, h5py.Dataset):
        yield f"{space.path}: there is no such dataset"
        return
    text = h5py.check_string_dtype(item.dtype)
    is_right = item.dtype == space.dtype if text is None else text.length is not None
    if not is_right or item.shape != space.shape:
        yield f"{space.path}: {item.dtype} of shape {item.shape}, not {space.dtype} of shape {space.shape}"
    if item.chunks is not None:
        yield f"{space.path}: not in one piece"


def _stream(stream: StreamVersion1) -> Iterator[str]:
    """Compare records only where they can be: in a stream whose layout is right."""
    wrong = tuple(_layout(stream))
    yield from wrong or _records(stream)


def _layout(stream: StreamVersion1) -> Iterator[str]:
    outer = dims(stream.marks)
    path, shape = schema.stream_path(stream.name), tuple(stream.marks.shape)
    lengths = dict(zip(outer, shape, strict=True))
    yield from _dataset(stream.marks, schema.Space(f"{path}/{schema.DONE}", np.dtype("u1"), shape))
    yield from _dataset(stream.checksums, schema.Space(f"{path}/{schema.CHECKSUM}", np.dtype("<u4"), shape))
    for name, item in stream.axes.items():
        if item.ndim != 1 or item.dtype != np.dtype("<f8") or "units" not in item.attrs:
            yield f"{path}/{name}: an axis is a row of float64 with units"
        if lengths.setdefault(name, item.size) != item.size:
            yield f"{path}/{name}: {item.size} values for {lengths[name]} places"
    for name, item in stream.columns.items():
        yield from (f"{path}/{name}: {wrong}" for wrong in _column(item, outer, lengths))
    if missing := set(outer) - set(stream.axes):
        yield f"{path}: no values of {', '.join(sorted(missing))}"


def _column(item: h5py.Dataset, outer: tuple[str, ...], lengths: dict[str, int]) -> Iterator[str]:
    """Compare a column with the axes; `lengths` of dimensions without values are learnt from it."""
    if item.dtype not in COLUMN_TYPES:
        yield f"{item.dtype} is not a type of columns"
    if not {"units", "long_name"} <= set(item.attrs):
        yield "has no units or no long_name"
    if len(dims(item)) != item.ndim or dims(item)[: len(outer)] != outer:
        yield f"dimensions {dims(item)} do not begin with {outer}, or are not those of shape {item.shape}"
        return
    for name, length in zip(dims(item), item.shape, strict=True):
        if lengths.setdefault(name, length) != length:
            yield f"{length} places along {name}, elsewhere {lengths[name]}"


def _records(stream: StreamVersion1) -> Iterator[str]:
    marks = read_whole(stream.marks)
    if (strange := marks[marks > 1]).size:
        yield f"{schema.stream_path(stream.name, schema.DONE)}: {strange.size} marks are neither 0 nor 1"
    for index, parts in read_records(stream, marks == 1):
        if parts is None:
            yield f"{schema.stream_path(stream.name)}: record {index} differs from its checksum"


def _count(file: RunFile) -> Iterator[str]:
    """Compare how many records there are with how many the run says it left."""
    n_done = sum(int(stream.done().sum()) for stream in file.run.streams.values())
    ended = file.status() not in (schema.RUNNING, schema.DIED)
    if ended and n_done != (n_said := file.run.records_done):
        yield f"{n_done} records are marked done, the run left {n_said}"
