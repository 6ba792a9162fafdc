"""Read a run as labelled arrays: a branch per stream, raw data left on the disk until used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from qdlab.storage import schema
from qdlab.storage._file import (
    DIED,
    open_file,
    read_provenance,
    read_status,
    read_text,
    stream_groups,
    unreadable,
)
from qdlab.storage._intact import intact

DoneMasks = dict[str, NDArray[np.bool_]]


def open_run(path: str | Path, *, verify: bool | None = None) -> xr.DataTree:
    """Open a run file, also one that is being written; InputError if it is not one.

    A child per stream, a variable per column of its record over the stream's axes, and `done`: which
    records are there. Of a record that is not, floats are NaN and whole numbers mean nothing. Nothing but
    axes and marks is read before it is used; close() the tree, or use it in a `with`. What is there is
    decided when the file is opened: open it again to see more of a run that goes on.

    `verify` holds every record against its checksum, and takes those that fail for not done; their number
    is the attribute `damaged_records`. By default only the file of a run that died is verified: any other
    end comes after everything was on the disk.
    """
    path = Path(path)
    file = open_file(path)
    try:
        with unreadable(path):
            tree = _tree(path, file, verify)
    except BaseException:
        file.close()
        raise
    tree.set_close(file.close)
    return tree


def _tree(path: Path, file: h5py.File, verify: bool | None) -> xr.DataTree:
    attributes = _attributes(file)
    groups = stream_groups(file)
    done = {name: np.asarray(group[schema.DONE]) == 1 for name, group in groups.items()}
    if verify or (verify is None and attributes["status"] == DIED):
        attributes["damaged_records"] = _drop_damaged(path, groups, done)
    streams = {name: _stream(group, done[name]) for name, group in groups.items()}
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=attributes), **streams}, name=path.stem)


def _attributes(file: h5py.File) -> dict[str, Any]:
    return {
        "title": read_text(file, schema.TITLE),
        "status": read_status(file),
        "reason": read_text(file, schema.REASON),
        "start_time": read_text(file, schema.START_TIME),
        "end_time": read_text(file, schema.END_TIME),
        **read_provenance(file),
    }


def _drop_damaged(path: Path, groups: dict[str, h5py.Group], done: DoneMasks) -> int:
    """Take the mark from records that differ from their checksum; return how many there were."""
    before = sum(int(marks.sum()) for marks in done.values())
    done.update({name: intact(path, group, done[name]) for name, group in groups.items()})
    return before - sum(int(marks.sum()) for marks in done.values())


def _stream(group: h5py.Group, done: NDArray[np.bool_]) -> xr.Dataset:
    names = [str(name) for name in group.attrs[schema.COLUMNS_KEY]]
    variables = {name: _variable(group[name], LazyColumn(group[name], done)) for name in names}
    axes = {name: item for name, item in group.items() if list(item.attrs.get(schema.DIMS_KEY, ())) == [name]}
    coordinates = {name: _variable(item, np.asarray(item)) for name, item in axes.items()}
    variables[schema.DONE] = _variable(group[schema.DONE], done)
    about = {"meaning": read_text(group, schema.STREAM_TITLE), "record": str(group.attrs[schema.RECORD_KEY])}
    return xr.Dataset(variables, coordinates, about)


def _variable(item: h5py.Dataset, values: NDArray[Any] | LazyColumn) -> xr.Variable:
    attributes = {key: str(item.attrs[key]) for key in ("units", "long_name") if key in item.attrs}
    data = indexing.LazilyIndexedArray(values) if isinstance(values, LazyColumn) else values
    return xr.Variable(tuple(item.attrs[schema.DIMS_KEY]), data, attributes)


class LazyColumn(BackendArray):
    """One column of a stream on the disk, NaN where its record is not done (if it can be NaN)."""

    def __init__(self, dataset: h5py.Dataset, done: NDArray[np.bool_]) -> None:
        self._dataset = dataset
        self._done = done
        self.shape: tuple[int, ...] = dataset.shape
        self.dtype: np.dtype[Any] = dataset.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.OUTER_1VECTOR, self._read
        )

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        """Read one block; `key` has an index, a slice or at most one array for each dimension."""
        block = tuple(slice(k, k + 1) if isinstance(k, int | np.integer) else k for k in key)
        # Without a refresh, a file that is being written keeps showing what was read first.
        self._dataset.refresh()
        values = np.asarray(self._dataset[block])
        if self.dtype.kind == "f":
            values[~self._done[block[: self._done.ndim]]] = np.nan
        return values[tuple(0 if isinstance(k, int | np.integer) else slice(None) for k in key)]
