"""Make a run file: laid out whole with HDF5, and published by a rename, so that it is never half there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np

from qdlab.errors import StorageError
from qdlab.storage import schema
from qdlab.storage._bytes import Bytes, sync_folder

Offsets = dict[str, int]
"""Where in the file the bytes of each Space begin, by path."""


def create_file(path: Path, nodes: Iterable[schema.Node]) -> Offsets:
    """Lay out a file beside `path`, move it there, and return its offsets.

    Until the move, the only trace is `<name>.part`, and an older file at `path` is untouched; after a
    failure (StorageError) even that trace is gone.
    """
    part = path.with_name(path.name + ".part")
    try:
        offsets = _lay_out(part, nodes)
        _reserve(part)
        part.replace(path)
        sync_folder(path.parent)
    except (OSError, RuntimeError) as error:
        raise StorageError(f"{path} could not be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return offsets


def _lay_out(path: Path, nodes: Iterable[schema.Node]) -> Offsets:
    """Write everything that is known, allocate the rest; all metadata end up at the front.

    Format versions: "earliest" has no flag that says "open for writing", so that a file can be read at
    any time and after any end.
    """
    offsets: Offsets = {}
    with h5py.File(path, "w", libver=("earliest", "v110"), meta_block_size=2**20) as file:
        for node in nodes:
            match node:
                case schema.Group():
                    made = file.require_group(node.path)
                case schema.Value():
                    made = file.create_dataset(node.path, data=node.contents)
                case schema.Space():
                    made = _allocate(file, node)
                    offsets[node.path] = made.id.get_offset()
            _describe(made, node)
    return offsets


def _allocate(file: h5py.File, space: schema.Space) -> h5py.Dataset:
    """Make a dataset whose bytes lie in one piece at a place known from now on; floats are NaN.

    By h5py's lower half: its upper one forgets the allocation of scalars (h5py 3.16).
    """
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.CONTIGUOUS)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    properties.set_obj_track_times(False)
    if space.dtype.kind == "f":
        properties.set_fill_value(np.array(np.nan, dtype=space.dtype))
    kind = h5py.h5t.py_create(space.dtype, logical=True)
    extent = h5py.h5s.create_simple(space.shape)
    return h5py.Dataset(h5py.h5d.create(file.id, space.path.encode(), kind, extent, properties))


def _describe(made: h5py.Group | h5py.Dataset, node: schema.Node) -> None:
    for name, value in node.attributes.items():
        if isinstance(value, tuple):
            made.attrs.create(name, list(value), shape=(len(value),), dtype=h5py.string_dtype())
        else:
            made.attrs[name] = value


def _reserve(path: Path) -> None:
    """Make sure that the disk holds the whole file before it is published."""
    file = Bytes(path)
    try:
        file.reserve()
        file.sync()
    finally:
        file.close()
