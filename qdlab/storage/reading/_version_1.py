"""A run file of schema version 1, as what is in it: whoever reads one works with this, not with paths."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from qdlab.storage import schema

MOST_BYTES = 2**28
"""More than any text, axis or set of marks needs; what claims more is not read."""


class StreamVersion1:
    """One stream of the file: its axes, its columns and what vouches for them."""

    def __init__(self, name: str, group: h5py.Group) -> None:
        self.name = name
        self._group = group

    @property
    def meaning(self) -> str:
        """What the stream's records are."""
        return read_text(self._group[schema.STREAM_TITLE])

    @property
    def record(self) -> str:
        """The name of the records' type."""
        return str(self._group.attrs[schema.RECORD_KEY])

    @cached_property
    def columns(self) -> dict[str, h5py.Dataset]:
        """The columns by name, in the order their checksum counts them."""
        return {str(name): self._group[name] for name in self._group.attrs[schema.COLUMNS_KEY]}

    @cached_property
    def axes(self) -> dict[str, h5py.Dataset]:
        """The axes that have values, by name."""
        return {name: item for name, item in self._group.items() if dims(item) == (name,)}

    @property
    def marks(self) -> h5py.Dataset:
        """One byte a record, 1 if it is there."""
        return self._group[schema.DONE]

    @property
    def checksums(self) -> h5py.Dataset:
        """The CRC-32 of each record's bytes."""
        return self._group[schema.CHECKSUM]

    def done(self) -> NDArray[np.bool_]:
        """Read which records are there."""
        return np.asarray(read_whole(self.marks) == 1)

    def parts(self, index: tuple[int, ...]) -> list[memoryview]:
        """Read the bytes of one record, column by column."""
        rows = (np.ascontiguousarray(item[index]) for item in self.columns.values())
        return [row.reshape(-1).view(np.uint8).data for row in rows]


class ResultsVersion1:
    """One reduction that is kept in the file."""

    def __init__(self, group: h5py.Group) -> None:
        self._group = group

    @property
    def told(self) -> dict[str, Any]:
        """Everything that is told of it by name."""
        texts = {name: item for name, item in self._group.items() if isinstance(item, h5py.Dataset)}
        return {name: _told(item) for name, item in texts.items()}

    @property
    def datasets(self) -> dict[str, dict[str, h5py.Dataset]]:
        """The arrays of each of its sets, by name."""
        names = map(str, self._group.attrs[schema.DATASETS_KEY])
        return {name: dict(self._group[name].items()) for name in names}

    def coordinates(self, dataset: str) -> set[str]:
        """Return the names of those arrays of a set that label the others."""
        return set(map(str, self._group[dataset].attrs[schema.COORDINATES_KEY]))

    def attributes(self, dataset: str) -> dict[str, Any]:
        """Return what else a set says of itself."""
        return dict(json.loads(self._group[dataset].attrs[schema.ATTRIBUTES_KEY]))


class Version1:
    """The whole file."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file

    @property
    def title(self) -> str:
        """What the run is called."""
        return read_text(self._file[schema.TITLE])

    @property
    def status(self) -> str:
        """How the run ended, as the file has it."""
        return read_text(self._file[schema.STATUS])

    @property
    def reason(self) -> str:
        """Why it ended."""
        return read_text(self._file[schema.REASON])

    @property
    def log(self) -> str:
        """What was noted while the run went on, and after it, a line each."""
        return read_text(self._file[schema.LOG]) if schema.LOG in self._file else ""

    @property
    def start_time(self) -> str:
        """When it began."""
        return read_text(self._file[schema.START_TIME])

    @property
    def end_time(self) -> str:
        """When it ended; empty if it did not."""
        return read_text(self._file[schema.END_TIME])

    @property
    def host(self) -> str:
        """The computer it ran on."""
        return read_text(self._file[schema.HOST])

    @property
    def process_id(self) -> int:
        """The process that wrote it."""
        return int(self._file[schema.PROCESS_ID][()])

    @property
    def heartbeat_s(self) -> float:
        """The last sign of life, Unix time."""
        return float(self._file[schema.HEARTBEAT][()])

    @property
    def records_done(self) -> int:
        """How many records there were when it ended."""
        return int(self._file[schema.RECORDS_DONE][()])

    @property
    def provenance(self) -> dict[str, Any]:
        """Everything under provenance by name: text as it is, the rest as the plain data it was."""
        return {name: _told(item) for name, item in self._file[schema.PROVENANCE].items()}

    @property
    def results(self) -> dict[str, ResultsVersion1]:
        """What was made of the data and kept in the file, by name."""
        kept = self._file.get(schema.RESULTS, {})
        processes = {name: group for name, group in kept.items() if schema.DATASETS_KEY in group.attrs}
        return {name: ResultsVersion1(group) for name, group in processes.items()}

    @cached_property
    def streams(self) -> dict[str, StreamVersion1]:
        """The streams by name, in the plan's order."""
        entry = self._file[schema.ENTRY]
        return {str(name): StreamVersion1(name, entry[name]) for name in entry.attrs[schema.STREAMS_KEY]}


def dims(item: h5py.Dataset) -> tuple[str, ...]:
    """Return the names of a dataset's dimensions."""
    return tuple(str(name) for name in item.attrs.get(schema.DIMS_KEY, ()))


def read_whole(item: h5py.Dataset) -> NDArray[Any]:
    """Read all of a dataset that must be small; ValueError if it says it is not."""
    if item.nbytes > MOST_BYTES:
        raise ValueError(f"{item.name} claims {item.nbytes} bytes")
    return np.asarray(item[()])


def read_text(item: h5py.Dataset) -> str:
    """Read a text of fixed or variable length; one that was torn on the way still reads."""
    contents: bytes = read_whole(item).item()
    return contents.decode(errors="replace")


def _told(item: h5py.Dataset) -> Any:
    told = read_text(item)
    return json.loads(told) if item.attrs.get(schema.MEDIA_TYPE_KEY) == schema.JSON_TYPE else told
