"""Keep a reduction in the file of its run, with all it takes to repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xarray as xr
from numpy.typing import NDArray

from qdlab.errors import InputError
from qdlab.storage import schema
from qdlab.storage.reading._file import open_file, unreadable
from qdlab.storage.reading._version_1 import MOST_BYTES
from qdlab.storage.rewriting._rewrite import rewrite

PLAIN = "fiub"
"""Kinds of arrays that are kept as they are; texts are kept too."""


def store_results(
    path: Path,
    results: Mapping[str, xr.Dataset],
    told: Mapping[str, Any],
    *,
    name: str = "reduction",
) -> None:
    """Keep `results`, arrays by name, and what is `told` of them in the file of a run that is over.

    `told` is plain data: the choices, versions and notes it takes to repeat the reduction. What was kept
    under the same name before is replaced. The file is written anew beside the old one, which goes when
    every record of the new one is whole. InputError, with nothing changed, if the run goes on or died, if
    something is wrong with the file, or if its disk has no room for both; StorageError if it cannot be made.
    """
    with open_file(path) as file, unreadable(path):
        n_records = sum(int(stream.done().sum()) for stream in file.run.streams.values())
    nodes = tuple(_nodes(f"{schema.RESULTS}/{name}", results, {**told, schema.N_RECORDS: n_records}))
    rewrite(path, f"{schema.RESULTS}/{name}", nodes)


def _nodes(path: str, results: Mapping[str, xr.Dataset], told: Mapping[str, Any]) -> Iterator[schema.Node]:
    """Yield a reduction: an NXprocess, what is told as JSON texts, an NXdata for each set of arrays."""
    _check_names([*results, *told, "program", "version", "date"])
    yield schema.Group(schema.RESULTS, {"NX_class": "NXcollection"})
    yield schema.Group(path, {"NX_class": "NXprocess", schema.DATASETS_KEY: tuple(results)})
    yield schema.Value(f"{path}/program", "qdlab")
    yield schema.Value(f"{path}/version", version("qdlab"))
    yield schema.Value(f"{path}/date", datetime.now().astimezone().isoformat(timespec="seconds"))
    for name, contents in told.items():
        yield schema.Value(
            f"{path}/{name}", schema.json_text(contents), {schema.MEDIA_TYPE_KEY: schema.JSON_TYPE}
        )
    for name, data in results.items():
        yield from _dataset(f"{path}/{name}", data)


def _check_names(names: list[str]) -> None:
    """Raise InputError for names that HDF5 does not take, or that are there twice."""
    bad = [name for name in names if not name or "/" in name or name in (".", "..") or names.count(name) > 1]
    if bad:
        raise InputError(f"results cannot be called {', '.join(map(repr, dict.fromkeys(bad)))}")


def _dataset(path: str, data: xr.Dataset) -> Iterator[schema.Node]:
    yield schema.Group(path, _plot(data))
    for name, item in data.variables.items():
        attributes: dict[str, schema.Attribute] = {
            key: str(item.attrs[key]) for key in ("units", "long_name") if key in item.attrs
        }
        attributes[schema.DIMS_KEY] = tuple(map(str, item.dims))
        yield schema.Value(f"{path}/{name}", _plain(item.to_numpy(), f"{path}/{name}"), attributes)


def _plain(values: NDArray[Any], path: str) -> NDArray[Any]:
    if values.nbytes > MOST_BYTES:
        raise InputError(f"{path}: {values.nbytes} bytes are more than a result may have ({MOST_BYTES})")
    if values.dtype.kind in PLAIN:
        return values
    if all(isinstance(value, str) for value in values.flat):
        return values.astype(object)  # texts of any length, where numpy has a fixed one
    raise InputError(f"{path}: results are numbers and texts, not {values.dtype}")


def _plot(data: xr.Dataset) -> dict[str, schema.Attribute]:
    """Return the attributes of a group of arrays: the first that can be drawn is drawn."""
    attributes: dict[str, schema.Attribute] = {
        "NX_class": "NXdata",
        schema.COORDINATES_KEY: tuple(map(str, data.coords)),
        schema.ATTRIBUTES_KEY: schema.json_text(dict(data.attrs)),
    }
    drawn = [str(name) for name, item in data.data_vars.items() if item.ndim and item.dtype.kind == "f"]
    if drawn:
        known = [dim if dim in data.coords else "." for dim in map(str, data[drawn[0]].dims)]
        attributes |= {"signal": drawn[0], "axes": tuple(known)}
        attributes |= {f"{dim}_indices": i for i, dim in enumerate(known) if dim != "."}
    return attributes
