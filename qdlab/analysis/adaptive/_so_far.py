"""What a run has measured so far, labelled as its file will be: what chooses the next step uses this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from qdlab.plan import Axis, Column, Seen, Stream, columns


class SoFar:
    """Some streams of a run in memory. `tree()` is like that of the file, and reduced by the same functions.

    Keeps every record of these streams, so it is for spectra, not for the shots of a whole map.
    """

    def __init__(self, streams: Iterable[Stream], attributes: Mapping[str, Any]) -> None:
        self._datasets = {stream.name: _empty(stream) for stream in streams}
        self._attributes = dict(attributes)

    def add(self, seen: Seen) -> None:
        """Take in what a step left; records of other streams are passed over."""
        for slot, record in seen.items():
            if slot.stream not in self._datasets:
                continue
            dataset = self._datasets[slot.stream]
            for item in columns(type(record)):
                dataset[item.name].to_numpy()[slot.index] = getattr(record, item.name)
            dataset["done"].to_numpy()[slot.index] = True

    def n_done(self, name: str) -> int:
        """Return how many records of a stream there are so far."""
        return int(self._datasets[name]["done"].sum())

    def tree(self) -> xr.DataTree:
        """Return the labelled arrays; they share memory with what is added later."""
        return xr.DataTree.from_dict({"/": xr.Dataset(attrs=self._attributes), **self._datasets})


def without_records(stream: Stream) -> xr.Dataset:
    """Return a stream's axes and `done`, nowhere true; no columns."""
    inner = [extent for extent in stream.inner.values() if isinstance(extent, Axis)]
    coordinates = {
        axis.name: (axis.name, np.array(axis.values), {"units": axis.unit}) for axis in (*stream.axes, *inner)
    }
    done = (tuple(axis.name for axis in stream.axes), np.zeros(stream.shape, dtype=bool))
    attributes = {"meaning": stream.meaning, "record": stream.record.__name__}
    return xr.Dataset({"done": done}, coordinates, attributes)


def _empty(stream: Stream) -> xr.Dataset:
    return without_records(stream).assign(
        {item.name: _column(stream, item) for item in columns(stream.record)}
    )


def _column(stream: Stream, item: Column) -> tuple[tuple[str, ...], Any, dict[str, str]]:
    extents = [(dim, stream.inner[dim]) for dim in item.dims]
    dims = tuple(extent.name if isinstance(extent, Axis) else dim for dim, extent in extents)
    shape = (*stream.shape, *(stream.inner_length(dim) for dim in item.dims))
    dtype = np.dtype(item.dtype)
    values = np.full(shape, np.nan if dtype.kind == "f" else 0, dtype)
    attributes = {"units": item.unit, "long_name": item.meaning}
    return (*(axis.name for axis in stream.axes), *dims), values, attributes
