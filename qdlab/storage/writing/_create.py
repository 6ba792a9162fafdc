"""Make a run file: laid out whole with HDF5, and published by a rename, so that it is never half there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np

from qdlab.errors import StorageError
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes, sync_folder
from qdlab.storage.disk._places import Places
from qdlab.storage.disk._spill import spill_path

FORMAT = ("earliest", "v110")
"""Versions of HDF5's format: "earliest" has no flag that says "open for writing", so that a file can be read
at any time and after any end."""


def create_file(path: Path, nodes: Iterable[schema.Node]) -> Places:
    """Lay out a file beside `path`, move it there, and say what lies where in it.

    Until the move, the only trace is `<name>.part`, and an older file at `path` is untouched; after a
    failure (StorageError) even that trace is gone.
    """
    part = path.with_name(path.name + ".part")
    try:
        spaces = write_head(part, nodes)
        places = _allocate(part, spaces)
        _reserve(part)
        part.replace(path)
        spill_path(path).unlink(missing_ok=True)
        sync_folder(path.parent)
    except (OSError, RuntimeError) as error:
        raise StorageError(f"{path} could not be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return places


def write_head(path: Path, nodes: Iterable[schema.Node]) -> list[schema.Space]:
    """Write everything that never changes, and return the spaces, which have no bytes yet.

    What is allocated after this file was closed lies behind all of this: a file that is cut short loses
    records first.
    """
    spaces = []
    with h5py.File(path, "w", libver=FORMAT) as file:
        for node in nodes:
            match node:
                case schema.Group():
                    made = file.require_group(node.path)
                case schema.Value():
                    made = file.create_dataset(node.path, data=node.contents, dtype=_text_dtype(node))
                case schema.Space():
                    fill = np.nan if node.dtype.kind == "f" else None
                    made = file.create_dataset(
                        node.path, node.shape, node.dtype, fillvalue=fill, **node.packing
                    )
                    spaces.append(node)
            _describe(made, node)
    return spaces


def _text_dtype(node: schema.Value) -> object:
    """Return the type of an array of texts, which HDF5 must be told; None of anything else."""
    is_texts = isinstance(node.contents, np.ndarray) and node.contents.dtype.kind in "OU"
    return h5py.string_dtype() if is_texts else None


def _describe(made: h5py.Group | h5py.Dataset, node: schema.Node) -> None:
    for name, value in node.attributes.items():
        if isinstance(value, tuple):
            made.attrs.create(name, list(value), shape=(len(value),), dtype=h5py.string_dtype())
        else:
            made.attrs[name] = value


def _allocate(path: Path, spaces: Iterable[schema.Space]) -> Places:
    """Give every space its bytes, in one piece at a place known from now on; floats are NaN.

    What is packed gets its bytes when it is written.
    """
    offsets = {}
    with h5py.File(path, "r+", libver=FORMAT) as file:
        for space in _in_order(space for space in spaces if not space.packing):
            dataset = file[space.path]
            # HDF5 allocates a dataset whole when its first element is written.
            dataset[(0,) * dataset.ndim] = dataset.fillvalue
            offsets[space.path] = dataset.id.get_offset()
    return Places(offsets)


def _in_order(spaces: Iterable[schema.Space]) -> list[schema.Space]:
    """Return what needs bytes: how the run ended, then small streams first, in each of them what is small.

    Then what belongs to one record shares pages, and marks outlive what they mark if the file is cut short.
    """
    used = [space for space in spaces if space.n_bytes]
    group_bytes = Counter[str]()
    for space in used:
        group_bytes[space.group] += space.n_bytes
    run = schema.STATUS.rpartition("/")[0]
    return sorted(used, key=lambda space: (space.group != run, group_bytes[space.group], space.n_bytes))


def _reserve(path: Path) -> None:
    """Make sure that the disk holds the whole file before it is published."""
    file = Bytes(path)
    try:
        file.reserve()
        file.sync()
    finally:
        file.close()
