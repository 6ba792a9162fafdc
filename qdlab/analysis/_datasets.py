"""A reduction as plain labelled arrays by name: what is kept in the file of its run."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import xarray as xr

from qdlab.analysis._reduction import Reduction
from qdlab.analysis.gain import Threshold

MEASURED = ("transient", "spectra")
"""As large as the data, or the data themselves."""


def as_datasets(reduction: Reduction) -> dict[str, xr.Dataset]:
    """Return all datasets of a reduction and its thresholds as columns, without what the file has already.

    Those maps (dA of every delay, A*) are made again from the data.
    """
    parts = {field.name: getattr(reduction, field.name) for field in fields(reduction)}
    found = {
        name: part for name, part in parts.items() if isinstance(part, xr.Dataset) and name not in MEASURED
    }
    if reduction.thresholds:
        found["thresholds"] = _columns(reduction.thresholds)
    return found


def _columns(thresholds: tuple[Threshold, ...]) -> xr.Dataset:
    """Return the thresholds over potential; `censored` is "" for a crossing."""
    columns = {
        field.name: ("potential_v", [getattr(one, field.name) for one in thresholds])
        for field in fields(Threshold)
        if field.name not in ("potential_v", "censored")
    }
    censored = ("potential_v", np.array([one.censored or "" for one in thresholds]))
    potential_v = [one.potential_v for one in thresholds]
    return xr.Dataset({**columns, "censored": censored}, {"potential_v": potential_v})
