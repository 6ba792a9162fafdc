"""Coordinates that a run chose, put where they belong: on the arrays of the streams that share their axes."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.plan import Chosen


def with_chosen(streams: dict[str, xr.Dataset]) -> dict[str, xr.Dataset]:
    """Return the streams, labelled with the values that the run chose for the places of an axis.

    What was chosen along one axis alone becomes that axis' values. What was chosen at each place of other
    axes is a coordinate called like its stream, `chosen_<axis>`. NaN where nothing was chosen, or not yet.
    """
    labelled = dict(streams)
    for name, stream in streams.items():
        if stream.attrs["record"] != Chosen.__name__:
            continue
        dims = stream["value"].dims
        label = str(dims[0]) if len(dims) == 1 else name
        values = _values(stream)
        for other, data in labelled.items():
            if set(dims) <= set(data.dims):
                labelled[other] = data.assign_coords({label: values})
    return labelled


def _values(stream: xr.Dataset) -> xr.Variable:
    """Return what was chosen, where it was, and what the axis says itself elsewhere."""
    dims = stream["value"].dims
    axis = stream[dims[-1]]
    chosen = stream["value"].to_numpy()
    attributes = axis.attrs | {"long_name": stream.attrs["meaning"]}
    return xr.Variable(dims, np.where(np.isnan(chosen), axis.to_numpy(), chosen), attributes)
