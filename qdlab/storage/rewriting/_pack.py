"""Compress the file of a run that is over; the raw one goes when every record of the new one is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InputError, StorageError
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.reading._file import RunFile, open_file
from qdlab.storage.reading._verify import verify_run
from qdlab.storage.rewriting._copy import nodes
from qdlab.storage.rewriting._replace import replace_run
from qdlab.storage.writing._create import FORMAT, write_head

GZIP = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
"""What every tool reads; on camera shots it saves 30-40 % at 70 MB/s (more effort saves little more)."""

SMALL_BYTES = 2**20
"""Columns up to this size are packed in one piece, larger ones record by record."""


def pack_run(path: Path) -> tuple[int, int]:
    """Replace a run file by a compressed one, and return the sizes before and after.

    InputError if the run goes on or died, if anything is wrong with the file, if it is packed already or if
    the disk has no room for both; StorageError if the packed file cannot be made. Then nothing has changed.
    """
    unfinished = path.with_name(path.name + ".packing")
    try:
        before = path.stat()
        with open_file(path) as file:
            _check(file)
            _write(file, unfinished)
        after = unfinished.stat()
        replace_run(path, unfinished, before)
    except (OSError, RuntimeError) as error:
        raise StorageError(f"{path} could not be packed: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return before.st_size, after.st_size


def _check(file: RunFile) -> None:
    path = file.path
    if problems := verify_run(path):
        raise InputError(f"{path}: not packed, because something is wrong with it", *problems)
    status = file.status()
    if status in (schema.RUNNING, schema.DIED):
        raise InputError(f"{path}: the run is {status}; only the file of a run that ended can be packed")
    if any(item.chunks for stream in file.run.streams.values() for item in stream.columns.values()):
        raise InputError(f"{path}: is packed already")
    # HDF5 does not survive a full disk, so that must not happen.
    if shutil.disk_usage(path.parent).free < path.stat().st_size:
        raise InputError(f"{path}: no room on its disk for a second file of that size, needed while packing")


def _write(file: RunFile, out: Path) -> None:
    """Write the same tree with compressed columns, and return when it is on the disk."""
    write_head(out, _packed_nodes(file))
    with h5py.File(out, "r+", libver=FORMAT) as packed:
        for space in schema.run_spaces():
            if space.path in file.hdf5:
                packed[space.path][...] = file.hdf5[space.path][...]
        for name, stream in file.run.streams.items():
            group = packed[schema.stream_path(name)]
            group[schema.DONE][...] = stream.marks[...]
            group[schema.CHECKSUM][...] = stream.checksums[...]
            for column, item in stream.columns.items():
                for index in _pieces(item, stream.done()):
                    group[column][index] = item[index]
    target = Bytes(out)
    try:
        target.sync()
    finally:
        target.close()


def _packed_nodes(file: RunFile) -> Iterator[schema.Node]:
    """Yield what the file is made of, its columns packed by records (HDF5 packs nothing without a shape)."""
    n_outer = {
        schema.stream_path(name, column): stream.marks.ndim
        for name, stream in file.run.streams.items()
        for column in stream.columns
    }
    for node in nodes(file):
        if isinstance(node, schema.Space) and node.shape and node.path in n_outer:
            n = n_outer[node.path]
            chunks = node.shape if node.n_bytes <= SMALL_BYTES else (1,) * n + node.shape[n:]
            yield replace(node, packing={"chunks": chunks, **GZIP})
        else:
            yield node


def _pieces(item: h5py.Dataset, done: NDArray[np.bool_]) -> Iterator[tuple[int, ...]]:
    """Yield the indices under which a column is copied: all of it, or each record that is there."""
    if item.nbytes <= SMALL_BYTES:
        yield ()
    else:
        yield from (tuple(map(int, index)) for index in np.argwhere(done))
