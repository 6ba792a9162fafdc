"""Spectra that another program exported, as they are: told apart by their columns' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr


def imported_spectra(tree: xr.DataTree) -> xr.Dataset | None:
    """Return imported spectra over wavelength, `absorbance` or `counts`; None if there are none.

    The axis `spectrum` has the names of the file's columns; without them times in s, or numbers from 1.
    """
    if "spectra" not in tree.children:
        return None
    spectra = tree["spectra"].to_dataset().compute()
    return spectra.assign_coords(spectrum=_names(spectra, tree.attrs))


def _names(spectra: xr.Dataset, attrs: Mapping[Any, Any]) -> list[str]:
    told = attrs.get("import")
    metadata = told.get("metadata") if isinstance(told, dict) else None
    columns = metadata.get("columns", ()) if isinstance(metadata, dict) else ()
    n = spectra.sizes["spectrum"]
    if len(columns) == n + 1:
        return [str(name) for name in columns[1:]]
    if "time_s" in spectra and bool(spectra["time_s"].notnull().all()):
        return [f"{time_s:g} s" for time_s in spectra["time_s"].to_numpy()]
    return [str(k) for k in range(1, n + 1)]
