"""Photoluminescence relative to the uncharged film: its spectra, and what they integrate to."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._windows import Floats, band_weights, inside
from qdlab.analysis.shots import mean_and_error
from qdlab.analysis.transient import saturation_counts


def relative_pl(tree: xr.DataTree, name: str, choices: Choices) -> xr.Dataset:
    """Return a stream's PL over its axis, relative to that of the uncharged film, stream `pl_film`.

    `pl`: integrated over `pl_nm`, with `pl_error` from the scatter of the scans; `pl_spectrum` and
    `pl_film_spectrum`: over wavelength too, the uncharged film's maximum within `pl_nm` being 1. NaN where
    nothing was measured and where a pixel is full. MissingDataError without the uncharged film's PL.
    """
    needed_for = "photoluminescence"
    spectra, film = stream(tree, name, needed_for), stream(tree, "pl_film", needed_for)
    dark = stream(tree, "spectrometer_dark", needed_for)["counts"].to_numpy().mean(axis=0)
    ceiling = saturation_counts(tree.attrs, "spectrometer_saturation_counts")
    nm = spectra["wavelength_nm"].to_numpy()
    weights = band_weights(nm, choices.pl_nm)
    alone = _light(film["counts"].to_numpy(), dark, ceiling)
    reference, reference_error = mean_and_error(_sums(alone, weights))
    shape = alone.mean(axis=0)
    brightest = float(np.nanmax(shape[inside(nm, choices.pl_nm)], initial=0.0))
    if not (reference > 0.0 and brightest > 0.0):
        raise MissingDataError(
            "no photoluminescence: the uncharged film's is not above the dark level, or full"
        )
    values, errors, shapes = _each(spectra, dark, ceiling, weights)
    (axis,) = spectra["done"].dims
    relative = values / reference
    error = np.hypot(errors / reference, relative * np.nan_to_num(reference_error / reference))
    return xr.Dataset(
        {
            "pl": (axis, relative, {"units": "", "long_name": "PL relative to the uncharged film"}),
            "pl_error": (axis, error, {"units": "", "long_name": "standard error"}),
            "pl_spectrum": ((axis, "wavelength_nm"), shapes / brightest, {"units": ""}),
            "pl_film_spectrum": ("wavelength_nm", shape / brightest, {"units": ""}),
        },
        {axis: spectra[axis], "wavelength_nm": spectra["wavelength_nm"]},
    )


def _each(
    spectra: xr.Dataset, dark: Floats, ceiling: float, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return integral, its error and mean spectrum of each record; NaN where there is none."""
    done = spectra["done"].to_numpy()
    values, errors = np.full(done.size, np.nan), np.full(done.size, np.nan)
    shapes = np.full((done.size, dark.size), np.nan)
    for k in np.flatnonzero(done):
        light = _light(spectra["counts"][k].to_numpy(), dark, ceiling)
        values[k], errors[k] = mean_and_error(_sums(light, weights))
        shapes[k] = light.mean(axis=0)
    return values, errors, shapes


def _light(counts: Floats, dark: Floats, ceiling: float) -> Floats:
    """Return counts less dark [scan, px]; NaN where a pixel is full."""
    return np.where(counts < ceiling, counts - dark, np.nan)


def _sums(light: Floats, weights: Floats) -> Floats:
    """Return the weighted sum [scan] over the pixels that count."""
    return np.asarray(light[:, weights != 0.0] @ weights[weights != 0.0])
