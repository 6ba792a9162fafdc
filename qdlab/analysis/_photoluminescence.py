"""Photoluminescence relative to the uncharged film."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import stream
from qdlab.analysis._windows import band_weights


def relative_pl(tree: xr.DataTree, name: str, choices: Choices) -> xr.DataArray:
    """Return a stream's PL over its axis, integrated over `pl_nm`, relative to that of stream `pl_film`."""
    spectra = stream(tree, name, "photoluminescence")
    film = stream(tree, "pl_film", "photoluminescence")
    dark = stream(tree, "spectrometer_dark", "photoluminescence")["counts"].to_numpy().mean(axis=0)
    weights = band_weights(spectra["wavelength_nm"].to_numpy(), choices.pl_nm)
    reference = (film["counts"].to_numpy().mean(axis=0) - dark) @ weights
    (axis,) = spectra["done"].dims
    values = (spectra["counts"].to_numpy().mean(axis=1) - dark) @ weights / reference
    measured = np.where(spectra["done"].to_numpy(), values, np.nan)
    attrs = {"units": "", "long_name": "PL relative to the uncharged film"}
    return xr.DataArray(measured, {axis: spectra[axis]}, (axis,), name="pl", attrs=attrs)
