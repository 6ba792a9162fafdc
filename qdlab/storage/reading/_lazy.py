"""Datasets of a run file as labelled variables, left on the disk until they are used."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from qdlab.storage.reading._version_1 import dims


def variable(item: h5py.Dataset, values: NDArray[Any] | LazyColumn) -> xr.Variable:
    """Return values with the names, unit and meaning that a dataset gives them."""
    attributes = {key: str(item.attrs[key]) for key in ("units", "long_name") if key in item.attrs}
    data = indexing.LazilyIndexedArray(values) if isinstance(values, LazyColumn) else values
    return xr.Variable(dims(item), data, attributes)


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
