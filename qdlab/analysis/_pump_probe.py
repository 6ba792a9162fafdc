"""Transient absorption: shots -> dA, background and chirp taken out, spectra at the gain delay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._notes import Notes
from qdlab.analysis._windows import Floats, band_weights
from qdlab.analysis.excitation import Biexciton, CrossSection, excitation_of
from qdlab.analysis.shots import EachCell, in_threads, reduce_shots
from qdlab.analysis.transient import (
    Chirp,
    camera_dark,
    chirp_by_hand,
    correct_chirp,
    correct_reflection,
    corrected_error,
    exported,
    find_chirp,
    join_scans,
    saturation_counts,
    split_error,
    subtract_background,
    tidy_delays,
)


@dataclass(frozen=True)
class PumpProbe:
    """What the camera says of the film; see Reduction."""

    transient: xr.Dataset | None = None
    chirp: Chirp | None = None
    gain: xr.Dataset | None = None
    cross_section: CrossSection | None = None
    biexciton: Biexciton | None = None


def reduce_pump_probe(
    tree: xr.DataTree, choices: Choices, notes: Notes, each_cell: EachCell, held: xr.Dataset | None
) -> PumpProbe:
    """Reduce transient absorption, chirp and excitation; what is missing goes to the notes.

    `held` says at which potential the film was neutral.
    """
    chirped = notes.attempt(transient_of, tree, choices, notes, each_cell)
    chirp = notes.attempt(chirp_of, tree, choices, chirped)
    if chirped is None:
        return PumpProbe(chirp=chirp)
    t0_ps = time_zero_ps(chirp, chirped)
    in_band_ps = band_time_zero_ps(chirped["wavelength_nm"].to_numpy(), t0_ps, choices)
    excitation = notes.attempt(excitation_of, tree, chirped, in_band_ps, choices, notes, held)
    transient = without_chirp(chirped, chirp, choices)
    gain = notes.attempt(at_gain_delay, chirped, chirp, choices)
    if excitation is None:
        return PumpProbe(transient, chirp, gain)
    n_x, sigma, biexciton = excitation.n_x, excitation.cross_section, excitation.biexciton
    return PumpProbe(transient.merge(n_x), chirp, None if gain is None else gain.merge(n_x), sigma, biexciton)


def transient_of(
    tree: xr.DataTree, choices: Choices, notes: Notes, each_cell: EachCell = in_threads
) -> xr.Dataset:
    """Return dA over potential, fluence and delay, delays in order, background taken off, chirp still in.

    Corrected for transient reflection where that was measured, in stream `tr`.
    """
    points = stream(tree, "ta", "transient absorption")
    if "shots" not in points:
        return _cleared(exported(points, choices), choices, notes)
    dark, saturation = camera_dark(tree), saturation_counts(tree.attrs)
    chosen = bool(tree.attrs.get("chooses"))

    def reduced(spectra: xr.Dataset) -> xr.Dataset:
        found = reduce_shots(spectra, dark, choices, saturation, each_cell=each_cell)
        _tell_losses(spectra, found, notes, chosen=chosen)
        return _cleared(found, choices, notes)

    transient = reduced(points)
    if "tr" not in tree.children:
        return transient
    corrected = notes.attempt(_without_reflection, tree, transient, reduced)
    return transient if corrected is None else corrected


def _without_reflection(
    tree: xr.DataTree, transient: xr.Dataset, reduced: Callable[[xr.Dataset], xr.Dataset]
) -> xr.Dataset:
    sample = tree.attrs.get("sample") or {}
    if "probe_reflectance" not in sample:
        raise MissingDataError("no correction for reflection: the film's probe_reflectance is not known")
    reflected = reduced(stream(tree, "tr", "correction for reflection"))
    return correct_reflection(transient, reflected, float(sample["probe_reflectance"]))


def _cleared(points: xr.Dataset, choices: Choices, notes: Notes) -> xr.Dataset:
    """Return the points with scans averaged, delays in order and background taken off."""
    tidy = tidy_delays(join_scans(points, notes))
    cleared = notes.attempt(subtract_background, tidy, choices.background_before_ps)
    return tidy if cleared is None else cleared


def chirp_of(tree: xr.DataTree, choices: Choices, transient: xr.Dataset | None) -> Chirp:
    """Return t0(lambda) as put by hand, or from the scan about time zero, or from a dense imported matrix.

    The scan is reduced without its quiet pixels, because the artefact is in them too.
    """
    if choices.chirp_points:
        return chirp_by_hand(choices.chirp_points, choices.chirp_order)
    if "time_zero" in tree.children:
        points = stream(tree, "time_zero", "chirp")
        dark, saturation = camera_dark(tree)[0], saturation_counts(tree.attrs)
        scan = reduce_shots(points, dark, choices, saturation, common_noise=False)
        return _chirp(scan["time_zero_ps"], scan["da"], choices, common_noise=True)
    if transient is None or "shots" in tree["ta"]:
        raise MissingDataError("no chirp: the file has no stream 'time_zero'")
    matrix = transient["da"].isel(potential_v=0, fluence_cm2=-1)
    return _chirp(transient["delay_ps"], matrix, choices, common_noise=False)


def at_gain_delay(transient: xr.Dataset, chirp: Chirp | None, choices: Choices) -> xr.Dataset:
    """Return spectra `da`, and the `bleach` of the band and of each bin with errors, at the gain delay."""
    t0_ps, t0_error_ps = time_zero_ps(chirp, transient), time_zero_error_ps(chirp, transient)
    delays, nm = transient["delay_ps"].to_numpy(), transient["wavelength_nm"].to_numpy()
    wanted = np.array([choices.gain_delay_ps])
    da = correct_chirp(transient["da"].to_numpy(), delays, t0_ps, choices.hold_share, wanted)[..., 0, :]
    useful = np.isfinite(da).any(axis=(0, 1))
    if not useful.any():
        raise MissingDataError(f"no spectrum at {choices.gain_delay_ps:g} ps: no delay is near enough")
    order = np.argsort(nm)

    def error_of(name: str, background: str, at_nm: Floats) -> Floats:
        own, common = split_error(transient, name, background)
        values, errors = (
            part.to_numpy().reshape(*transient["band"].shape, -1) for part in (transient[name], own)
        )
        when, when_error = (np.interp(at_nm, nm[order], part[order]) for part in (t0_ps, t0_error_ps))
        own_error = corrected_error(values, errors, delays, when, when_error, choices.hold_share, wanted)
        shared = np.asarray(common).reshape(*own_error.shape[:2], -1) if np.ndim(common) else common
        return np.asarray(np.hypot(own_error[..., 0, :], shared))

    in_bins = np.interp(transient["bin_nm"].to_numpy(), nm[order], t0_ps[order])
    bins = correct_chirp(transient["bins"].to_numpy(), delays, in_bins, choices.hold_share, wanted)[..., 0, :]
    bins_error = error_of("bins", "bins_background_error", transient["bin_nm"].to_numpy())
    error = error_of("band", "background_error", np.array([np.mean(choices.band_nm)]))[..., 0]
    outer = ("potential_v", "fluence_cm2")
    return xr.Dataset(
        {
            "da": ((*outer, "wavelength_nm"), da, {"units": "", "long_name": "dA at the gain delay"}),
            "bleach": (outer, -(da[..., useful] @ band_weights(nm[useful], choices.band_nm))),
            "bleach_error": (outer, error),
            "bin_bleach": ((*outer, "bin_nm"), -bins),
            "bin_bleach_error": ((*outer, "bin_nm"), bins_error),
        },
        {name: transient[name] for name in (*outer, "wavelength_nm", "bin_nm")},
    )


def band_time_zero_ps(wavelengths_nm: Floats, t0_ps: Floats, choices: Choices) -> float:
    """Return t0 in the middle of the band."""
    order = np.argsort(wavelengths_nm)
    return float(np.interp(np.mean(choices.band_nm), wavelengths_nm[order], t0_ps[order]))


def time_zero_ps(chirp: Chirp | None, transient: xr.Dataset) -> Floats:
    """Return t0 at each camera wavelength; zero where no chirp is known."""
    nm = transient["wavelength_nm"].to_numpy()
    return np.zeros(nm.size) if chirp is None else chirp.t0_ps(nm)


def time_zero_error_ps(chirp: Chirp | None, transient: xr.Dataset) -> Floats:
    """Return the error of t0 at each camera wavelength; zero where it is unknown, as of times put by hand."""
    nm = transient["wavelength_nm"].to_numpy()
    return np.zeros(nm.size) if chirp is None else np.nan_to_num(chirp.error_ps(nm))


def without_chirp(transient: xr.Dataset, chirp: Chirp | None, choices: Choices) -> xr.Dataset:
    """Return the transient corrected for chirp, unchanged if the chirp is not known."""
    if chirp is None:
        return transient
    delays, t0_ps = transient["delay_ps"].to_numpy(), time_zero_ps(chirp, transient)
    t0_error_ps = time_zero_error_ps(chirp, transient)
    da, error = transient["da"].to_numpy(), transient["da_error"].to_numpy()
    corrected = {
        "da": correct_chirp(da, delays, t0_ps, choices.hold_share),
        "da_error": corrected_error(da, error, delays, t0_ps, t0_error_ps, choices.hold_share),
    }
    return transient.assign({name: transient[name].copy(data=data) for name, data in corrected.items()})


def _chirp(delay_ps: xr.DataArray, da: xr.DataArray, choices: Choices, *, common_noise: bool) -> Chirp:
    """Find the chirp in dA [delay, px]; of a matrix in the delays about its largest change only.

    A scan that still has its common noise is all about time zero, and the noise would be its largest change.
    """
    delays, matrix = delay_ps.to_numpy(), da.to_numpy()
    order = np.argsort(delays, kind="stable")
    delays, matrix = delays[order], matrix[order]
    known = np.isfinite(matrix).any(axis=1)
    delays, matrix = delays[known], matrix[known]
    if len(delays) < 2:
        raise MissingDataError("no chirp: fewer than two delays were measured")
    near = np.ones(len(delays), dtype=bool)
    if not common_noise:
        jump = np.nansum(np.diff(matrix, axis=0) ** 2, axis=1)
        near = np.abs(delays - delays[int(np.argmax(jump))]) <= choices.artefact_window_ps
    nm = da["wavelength_nm"].to_numpy()
    return find_chirp(delays[near], nm, matrix[near], choices.chirp_order, common_noise=common_noise)


def _tell_losses(points: xr.Dataset, reduced: xr.Dataset, notes: Notes, *, chosen: bool) -> None:
    """Note what was not measured, unless the run itself chose what to measure, and what was rejected."""
    n_missing = int((~points["done"]).sum())
    if n_missing and not chosen:
        notes.add(f"{n_missing} of {points['done'].size} transient-absorption points were not measured")
    n_rejected = int(reduced["n_rejected"].sum())
    if n_rejected:
        n_shots = points.sizes["shot"] * int(points["done"].sum())
        notes.add(
            f"{n_rejected} of {n_shots} shots were rejected: saturated, missing, dim or without a partner"
        )
