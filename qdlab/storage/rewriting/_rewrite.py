"""Write a run file anew with something fixed added; what a run wrote into it is copied byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np

from qdlab.errors import InputError, StorageError
from qdlab.storage import schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.disk._places import Places
from qdlab.storage.disk._spill import read_patches, spill_path
from qdlab.storage.reading._file import RunFile, open_file, unreadable
from qdlab.storage.rewriting._copy import nodes
from qdlab.storage.rewriting._replace import replace_run
from qdlab.storage.writing._create import FORMAT, create_file

BLOCK_BYTES = 2**24
HEADER_BYTES = 2**12
"""More than HDF5 takes for what a node is, beside what it holds."""


def rewrite(path: Path, group: str, added: Sequence[schema.Node]) -> None:
    """Replace the file by one in which `added` is what is in `group`.

    The new file is made beside it and verified; the old one stays until then. InputError, with nothing
    changed, if the run goes on or died, if something is wrong with the file, or without room for both.
    """
    unfinished = path.with_name(path.name + ".rewriting")
    try:
        before = path.stat()
        with open_file(path) as file:
            _check(file, before.st_size + sum(map(_n_bytes, added)))
            with unreadable(path):
                kept = [node for node in nodes(file, as_packed=True) if not _is_within(node.path, group)]
            there = {node.path for node in kept}
            new = [node for node in added if node.path not in there]
            _copy(file, create_file(unfinished, [*kept, *new]), unfinished)
        replace_run(path, unfinished, before)
    except (OSError, RuntimeError) as error:
        raise StorageError(f"{path} could not be written anew: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _is_within(path: str, group: str) -> bool:
    return path == group or path.startswith(f"{group}/")


def _n_bytes(node: schema.Node) -> int:
    """Return about how large a node is in a file, rather too much than too little."""
    return HEADER_BYTES + (np.asarray(node.contents).nbytes if isinstance(node, schema.Value) else 0)


def _check(file: RunFile, n_bytes: int) -> None:
    path, status = file.path, file.status()
    if status in (schema.RUNNING, schema.DIED):
        raise InputError(
            f"{path}: the run {'goes on' if status == schema.RUNNING else 'died; recover it first'}"
        )
    if read_patches(path):
        raise InputError(
            f"{path}: records are in {spill_path(path).name}; merge them with qdlab recover first"
        )
    # HDF5 does not survive a full disk, so that must not happen.
    if shutil.disk_usage(path.parent).free < n_bytes:
        raise InputError(
            f"{path}: no room on its disk for a second file of that size, needed while it is made"
        )


def _copy(file: RunFile, places: Places, out: Path) -> None:
    """Copy what is overwritten as a run goes: bytes as they lie there, packed pieces as they are packed."""
    items = [item for item in _changing(file) if item.size]
    with closing(Bytes(out)) as target, file.path.open("rb") as source:
        for item in items:
            if item.chunks is None:
                source.seek(item.id.get_offset())
                for write in places.blocks(item.name.lstrip("/"), _blocks(source, item.nbytes)):
                    target.write(write[1], write[0])
        target.sync()
    if packed := [item for item in items if item.chunks is not None]:
        with h5py.File(out, "r+", libver=FORMAT) as new:
            for item in packed:
                _copy_packed(item, new[item.name])
        with closing(Bytes(out)) as target:
            target.sync()


def _changing(file: RunFile) -> Iterator[h5py.Dataset]:
    """Yield every dataset that is not of the head."""
    yield from (file.hdf5[space.path] for space in schema.run_spaces() if space.path in file.hdf5)
    for stream in file.run.streams.values():
        yield from (*stream.columns.values(), stream.checksums, stream.marks)


def _blocks(source: BinaryIO, n_bytes: int) -> Iterator[bytes]:
    """Yield the next `n_bytes` of a file, some at a time."""
    for start in range(0, n_bytes, BLOCK_BYTES):
        yield source.read(min(BLOCK_BYTES, n_bytes - start))


def _copy_packed(item: h5py.Dataset, new: h5py.Dataset) -> None:
    """Copy packed pieces without unpacking them."""
    for number in range(item.id.get_num_chunks()):
        offset = item.id.get_chunk_info(number).chunk_offset
        mask, piece = item.id.read_direct_chunk(offset)
        new.id.write_direct_chunk(offset, piece, mask)
