"""Read what was made of the data, as it is kept in the file of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.storage import schema
from qdlab.storage.reading._lazy import LazyColumn, variable
from qdlab.storage.reading._version_1 import ResultsVersion1, read_whole

BRANCH = "results"
"""The branch of a run's tree that holds what was made of its data."""


def read_results(kept: Mapping[str, ResultsVersion1], n_done: int) -> dict[str, xr.Dataset]:
    """Return what was made of the data: a branch per reduction, and in it one per set of arrays."""
    tree: dict[str, xr.Dataset] = {}
    for name, one in kept.items():
        told = one.told
        branch = f"/{BRANCH}/{name}"
        tree[branch] = xr.Dataset(attrs={**told, "is_current": told.get(schema.N_RECORDS) == n_done})
        tree |= {f"{branch}/{part}": _result(one, part, items) for part, items in one.datasets.items()}
    return tree


def _result(one: ResultsVersion1, part: str, items: Mapping[str, h5py.Dataset]) -> xr.Dataset:
    variables = {name: variable(item, _whole_or_lazy(item)) for name, item in items.items()}
    data = xr.Dataset(variables, attrs=one.attributes(part))
    return data.set_coords(one.coordinates(part))


def _whole_or_lazy(item: h5py.Dataset) -> NDArray[Any] | LazyColumn:
    """Return texts and small arrays, and large ones as they lie on the disk."""
    if h5py.check_string_dtype(item.dtype) is not None:
        return np.asarray(item.asstr()[()], dtype=str)
    return LazyColumn(item, np.ones((), dtype=bool)) if item.ndim > 1 else read_whole(item)
