"""Fibre spectra -> A0, dA_SEC and the 1S level A0 + dA_SEC (physics.md sections 1 and 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._windows import Floats, band_weights, bin_centres_nm, bin_weights, inside
from qdlab.analysis.charging._reference import at_potential
from qdlab.analysis.shots import mean_and_error
from qdlab.analysis.transient import saturation_counts

SURE = 3.0
"""A film absorbs if A0 exceeds its error so often."""


@dataclass(frozen=True)
class Spectrometer:
    """What turns counts of the fibre spectrometer into the logarithm of light: dark level and windows."""

    wavelength_nm: Floats
    dark: Floats
    ceiling: float
    choices: Choices

    @classmethod
    def of(cls, tree: xr.DataTree, choices: Choices) -> Spectrometer:
        """Return the run's spectrometer; MissingDataError without its dark level."""
        dark = stream(tree, "spectrometer_dark", "absorption spectra")
        ceiling = saturation_counts(tree.attrs, "spectrometer_saturation_counts")
        level = dark["counts"].to_numpy().mean(axis=0, dtype=np.float64)
        return cls(dark["wavelength_nm"].to_numpy(), level, ceiling, choices)

    def log_light(self, counts: Floats) -> Floats:
        """Return log10(S - D) [..., px] less its mean over the quiet pixels, which is the lamp's drift.

        NaN where a pixel is saturated or dark.
        """
        net = np.where(counts < self.ceiling, counts - self.dark, np.nan)
        log = np.log10(np.where(net > 0.0, net, np.nan))
        quiet = inside(self.wavelength_nm, self.choices.quiet_nm)
        if not quiet.any():
            low, high = self.choices.quiet_nm
            raise MissingDataError(
                f"no absorption spectra: no pixel lies in the quiet window {low:g}-{high:g} nm"
            )
        return np.asarray(log - log[..., quiet].mean(axis=-1, keepdims=True))

    @property
    def band(self) -> Floats:
        """Weights of the band average."""
        return band_weights(self.wavelength_nm, self.choices.band_nm)


def ground_state(tree: xr.DataTree, spectrometer: Spectrometer) -> xr.Dataset:
    """Return A0 of the film against the bare substrate stack, with its standard error, over wavelength."""
    film = _scans(tree, "film", "absorption of the film A0", spectrometer)
    blank = _scans(tree, "blank", "absorption of the film A0", spectrometer)
    a0, error = _difference(blank, film)
    coordinates = {"wavelength_nm": stream(tree, "film", "A0")["wavelength_nm"]}
    return xr.Dataset(
        {
            "a0": ("wavelength_nm", a0, {"units": "", "long_name": "absorbance A0"}),
            "a0_error": ("wavelength_nm", error, {"units": "", "long_name": "standard error of A0"}),
        },
        coordinates,
    )


def charged(tree: xr.DataTree, name: str, spectrometer: Spectrometer) -> xr.Dataset:
    """Return dA_SEC of a stream of absorption spectra against the uncharged film, with standard errors.

    The uncharged film is that with the cell off, or at the held potential `sec_reference_v`. Dimensions: the
    stream's axis and wavelength; coordinate `measured_potential_v` is what was read back.
    """
    spectra = stream(tree, name, "spectroelectrochemistry")
    film = _sec_reference(tree, spectrometer)
    (axis,) = spectra["done"].dims
    pairs = [_difference(film, scans) for scans in _each(spectra, spectrometer)]
    values, errors = (np.array(part) for part in zip(*pairs, strict=True))
    measured = spectra["measured_potential_v"]
    return xr.Dataset(
        {
            "da_sec": ((axis, "wavelength_nm"), values, {"units": "", "long_name": "dA_SEC"}),
            "da_sec_error": ((axis, "wavelength_nm"), errors, {"units": "", "long_name": "standard error"}),
        },
        {
            axis: spectra[axis],
            "wavelength_nm": spectra["wavelength_nm"],
            "measured_potential_v": (axis, measured.to_numpy()),
        },
    )


def _sec_reference(tree: xr.DataTree, spectrometer: Spectrometer) -> Floats:
    """Return the logarithm of light [scan, px] that dA_SEC refers to: cell off, or at a held potential."""
    wanted_v = spectrometer.choices.sec_reference_v
    if wanted_v is None:
        return _scans(tree, "film", "spectroelectrochemistry", spectrometer)
    held = stream(tree, "held_absorption", "spectroelectrochemistry")
    return spectrometer.log_light(held["counts"][at_potential(held, wanted_v)].to_numpy())


def levels(tree: xr.DataTree, spectrometer: Spectrometer) -> xr.Dataset:
    """Return the averages of A0 + dA_SEC over band and bins at each held potential, with standard errors.

    The uncharged film is in both and cancels: the level is the held film against the blank, so its noise
    is not counted twice. Scans are averaged over a window first, because their pixels share the lamp's noise.
    Pixels outside a window do not count, as some never see light (NaN). MissingDataError if the uncharged
    film does not absorb: then every level is about zero, and would be taken for transparency.
    """
    held = stream(tree, "held_absorption", "1S level")
    blank = _scans(tree, "blank", "1S level", spectrometer)
    _check_absorbs(tree, blank, spectrometer)
    windows = np.column_stack(
        [spectrometer.band, bin_weights(spectrometer.wavelength_nm, spectrometer.choices)]
    )
    reference = _averages(blank, windows)
    pairs = [_difference(reference, _averages(scans, windows)) for scans in _each(held, spectrometer)]
    level, error = (np.array(part, dtype=np.float64) for part in zip(*pairs, strict=True))
    return xr.Dataset(
        {
            "level": ("potential_v", level[:, 0]),
            "level_error": ("potential_v", error[:, 0]),
            "bin_level": (("potential_v", "bin_nm"), level[:, 1:]),
            "bin_level_error": (("potential_v", "bin_nm"), error[:, 1:]),
        },
        {"potential_v": held["potential_v"], "bin_nm": bin_centres_nm(spectrometer.choices)},
    )


def _check_absorbs(tree: xr.DataTree, blank: Floats, spectrometer: Spectrometer) -> None:
    """Raise MissingDataError unless the uncharged film, if measured, absorbs in the band beyond its error."""
    if "film" not in tree.children:
        return
    band = spectrometer.band[:, np.newaxis]
    film = _averages(_scans(tree, "film", "1S level", spectrometer), band)
    (a0,), (error,) = _difference(_averages(blank, band), film)
    if np.isfinite(a0) and not a0 > SURE * np.nan_to_num(error):
        low_nm, high_nm = spectrometer.choices.band_nm
        raise MissingDataError(
            f"no 1S level: A0 of the film is {a0:.1e} +- {error:.1e} in the band, {low_nm:g}-{high_nm:g} nm: "
            "was the bare substrate in the beam for the blank, and the film after it?"
        )


def _averages(log_light: Floats, windows: Floats) -> Floats:
    """Return the average [scan, window] of each scan; NaN where a window lacks light or pixels."""
    known = np.isfinite(log_light).all(axis=0)
    whole = windows.any(axis=0) & ~windows[~known].any(axis=0)
    return np.where(whole, log_light[:, known] @ windows[known], np.nan)


def _scans(tree: xr.DataTree, name: str, needed_for: str, spectrometer: Spectrometer) -> Floats:
    """Return the logarithm of light [scan, px] of a stream with a single record."""
    return spectrometer.log_light(stream(tree, name, needed_for)["counts"].to_numpy())


def _each(spectra: xr.Dataset, spectrometer: Spectrometer) -> Iterator[Floats]:
    """Yield the logarithm of light [scan, px] of each record, NaN where there is none."""
    for counts, done in zip(spectra["counts"], spectra["done"].to_numpy(), strict=True):
        yield spectrometer.log_light(counts.to_numpy()) if done else np.full(counts.shape, np.nan)


def _difference(reference: Floats, scans: Floats) -> tuple[Floats, Floats]:
    """Return mean(reference) - mean(scans), an absorbance, with its error from the scatter of the scans."""
    (before, before_error), (after, after_error) = mean_and_error(reference), mean_and_error(scans)
    return before - after, np.asarray(np.hypot(before_error, after_error))
