"""Read a run as labelled arrays: a branch per stream, raw data left on the disk until used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.storage import schema
from qdlab.storage.reading._chosen import with_chosen
from qdlab.storage.reading._file import RunFile, open_file, unreadable
from qdlab.storage.reading._intact import intact
from qdlab.storage.reading._lazy import LazyColumn, variable
from qdlab.storage.reading._results import read_results
from qdlab.storage.reading._version_1 import StreamVersion1, read_whole

DoneMasks = dict[str, NDArray[np.bool_]]


def open_run(path: str | Path, *, verify: bool | None = None) -> xr.DataTree:
    """Open a run file, also one that is being written; InputError if it is not one.

    A child per stream, a variable per column of its record over the stream's axes, and `done`: which
    records are there. Of a record that is not, floats are NaN and whole numbers mean nothing. Nothing but
    axes and marks is read before it is used; close() the tree, or use it in a `with`. What is there is
    decided when the file is opened: open it again to see more of a run that goes on.

    What was made of the data and kept in the file is under "results": a child per reduction, in it one per
    set of arrays. Its attributes are what was told of it, and `is_current`: whether the records are those
    it was made of.

    `verify` holds every record against its checksum, and takes those that fail for not done; their number
    is the attribute `damaged_records`. By default only the file of a run that died is verified: any other
    end comes after everything was on the disk.
    """
    path = Path(path)
    file = open_file(path)
    try:
        with unreadable(path):
            tree = _tree(file, verify)
    except BaseException:
        file.close()
        raise
    tree.set_close(file.close)
    return tree


def _tree(file: RunFile, verify: bool | None) -> xr.DataTree:
    attributes = _attributes(file)
    done = {name: stream.done() for name, stream in file.run.streams.items()}
    if verify or (verify is None and attributes["status"] == schema.DIED):
        attributes["damaged_records"] = _drop_damaged(file, done)
    streams = {name: _stream(stream, done[name]) for name, stream in file.run.streams.items()}
    root = {"/": xr.Dataset(attrs=attributes)}
    n_done = sum(int(marks.sum()) for marks in done.values())
    tree = root | with_chosen(streams) | read_results(file.run.results, n_done)
    return xr.DataTree.from_dict(tree, name=file.path.stem)


def _attributes(file: RunFile) -> dict[str, Any]:
    return {
        "title": file.run.title,
        "status": file.status(),
        "reason": file.run.reason,
        "start_time": file.run.start_time,
        "end_time": file.run.end_time,
        "log": file.run.log,
        **file.run.provenance,
    }


def _drop_damaged(file: RunFile, done: DoneMasks) -> int:
    """Take the mark from records that differ from their checksum; return how many there were."""
    before = sum(int(marks.sum()) for marks in done.values())
    done.update({name: intact(stream, done[name]) for name, stream in file.run.streams.items()})
    return before - sum(int(marks.sum()) for marks in done.values())


def _stream(stream: StreamVersion1, done: NDArray[np.bool_]) -> xr.Dataset:
    variables = {name: variable(item, LazyColumn(item, done)) for name, item in stream.columns.items()}
    coordinates = {name: variable(item, read_whole(item)) for name, item in stream.axes.items()}
    variables[schema.DONE] = variable(stream.marks, done)
    return xr.Dataset(variables, coordinates, {"meaning": stream.meaning, "record": stream.record})
