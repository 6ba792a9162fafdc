"""The part of a stream in the layout: a dataset per column, its axes, and the marks of whole records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from qdlab.plan import Axis, Column, Stream, columns
from qdlab.storage.schema._names import CHECKSUM, COLUMNS_KEY, DIMS_KEY, DONE, ENTRY, RECORD_KEY, STREAM_TITLE
from qdlab.storage.schema._nodes import Attribute, Group, Node, Space, Value


def stream_nodes(stream: Stream) -> Iterator[Node]:
    """Yield the group of a stream and all that is in it."""
    axes = stream_axes(stream)
    yield Group(stream_path(stream.name), _plot(stream, axes))
    yield Value(stream_path(stream.name, STREAM_TITLE), stream.meaning)
    for axis in axes.values():
        attributes: dict[str, Attribute] = {"units": axis.unit, DIMS_KEY: (axis.name,)}
        yield Value(stream_path(stream.name, axis.name), np.asarray(axis.values, dtype="<f8"), attributes)
    plotted = signal(stream)
    for item in columns(stream.record):
        attributes = {"units": item.unit, "long_name": item.meaning, DIMS_KEY: dims(stream, item)}
        if item is plotted:
            known = [name in axes for name in dims(stream, item)[-2:]]
            attributes["interpretation"] = "image" if known == [True, True] else "spectrum"
        shape = (*stream.shape, *row_shape(stream, item))
        yield Space(stream_path(stream.name, item.name), column_dtype(item), shape, attributes)
    outer: dict[str, Attribute] = {DIMS_KEY: tuple(axis.name for axis in stream.axes)}
    yield Space(stream_path(stream.name, CHECKSUM), np.dtype("<u4"), stream.shape, outer)
    yield Space(stream_path(stream.name, DONE), np.dtype("u1"), stream.shape, outer)


def _plot(stream: Stream, axes: Mapping[str, Axis]) -> dict[str, Attribute]:
    """Return the attributes that make a stream an NXdata: what to plot against what."""
    plotted = signal(stream)
    dim_names = dims(stream, plotted)
    attributes: dict[str, Attribute] = {
        "NX_class": "NXdata",
        RECORD_KEY: stream.record.__name__,
        COLUMNS_KEY: tuple(item.name for item in columns(stream.record)),
        "signal": plotted.name,
        # NeXus: a dot stands for a dimension that has no values, such as the running number of a shot.
        "axes": tuple(name if name in axes else "." for name in dim_names),
    }
    return attributes | {f"{name}_indices": i for i, name in enumerate(dim_names) if name in axes}


def signal(stream: Stream) -> Column:
    """Return the column that is plotted: the last that is not an error."""
    return [item for item in columns(stream.record) if "error" not in item.name][-1]


def stream_path(stream: str, name: str = "") -> str:
    """Return the path of a stream's group, or of one dataset in it."""
    return f"{ENTRY}/{stream}/{name}".rstrip("/")


def stream_axes(stream: Stream) -> dict[str, Axis]:
    """Return all axes of a stream that have values, outer first, by name."""
    inner = (extent for extent in stream.inner.values() if isinstance(extent, Axis))
    return {axis.name: axis for axis in (*stream.axes, *inner)}


def dims(stream: Stream, item: Column) -> tuple[str, ...]:
    """Return the names of a column's dimensions; an inner one with values is called after its axis."""
    extents = ((dim, stream.inner[dim]) for dim in item.dims)
    inner = (extent.name if isinstance(extent, Axis) else dim for dim, extent in extents)
    return (*(axis.name for axis in stream.axes), *inner)


def row_shape(stream: Stream, item: Column) -> tuple[int, ...]:
    """Return the shape of a column in one record."""
    return tuple(stream.inner_length(dim) for dim in item.dims)


def column_dtype(item: Column) -> np.dtype[Any]:
    """Return the type of a column on disk: little-endian on every machine."""
    return np.dtype(item.dtype).newbyteorder("<")
