"""Excitons per dot at every potential and fluence, with the cross section they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._notes import Notes
from qdlab.analysis._windows import Floats
from qdlab.analysis.excitation._biexciton import Biexciton, Decays, fit_biexciton
from qdlab.analysis.excitation._excitation import (
    CrossSection,
    fit_cross_section,
    late_band,
    late_delays,
    measured_fluence,
)
from qdlab.analysis.excitation._neutral import neutral_potential
from qdlab.analysis.transient import split_error
from qdlab.physics import excitons_per_dot, late_survival

CONTRADICTS = 4.0
"""Two cross sections that differ by so many of their errors are not one."""


@dataclass(frozen=True)
class Excitation:
    """`n_x`, `n_x_error` (each point's own, without sigma's) over potential and fluence, and their source."""

    n_x: xr.Dataset
    cross_section: CrossSection
    biexciton: Biexciton | None


def excitation_of(
    tree: xr.DataTree,
    transient: xr.Dataset,
    t0_ps: float,
    choices: Choices,
    notes: Notes,
    held: xr.Dataset | None = None,
) -> Excitation:
    """Return excitons per dot; `t0_ps` is the band's time zero, `held` what is known of the charged film.

    Without a neutral film the cross section is the one stated, and there are no lifetimes.
    MissingDataError if the sample or the fluences are not known.
    """
    sample = tree.attrs.get("sample") or {}
    if not {"cross_section_cm2", "pump_absorbance", "reflectance"} <= sample.keys():
        raise MissingDataError("no excitons per dot: the file does not describe its sample")
    fluence, error = _fluences(tree, transient, notes)
    biexciton = None
    try:
        k = neutral_potential(held)
    except MissingDataError as charged:
        sigma = _stated(sample, charged, notes)
    else:
        neutral = transient.drop_dims("wavelength_nm").isel(potential_v=k)
        sigma, biexciton = _of_the_neutral(neutral, fluence[k], error[k], t0_ps, sample, choices, notes)
    n_x, n_x_error = (_excitons(part, sigma, sample) for part in (fluence, error))
    return Excitation(_labelled(n_x, n_x_error, transient), sigma, biexciton)


def _of_the_neutral(
    neutral: xr.Dataset,
    fluence_cm2: Floats,
    error_cm2: Floats,
    t0_ps: float,
    sample: Mapping[str, Any],
    choices: Choices,
    notes: Notes,
) -> tuple[CrossSection, Biexciton | None]:
    """Return sigma and lifetimes by the neutral film's band.

    sigma takes the lifetimes, which correct it by some 2 %, and they take <N_X>: twice each is enough.
    """
    biexciton = None
    for _ in range(2):
        sigma = _cross_section(fluence_cm2, error_cm2, neutral, sample, biexciton, choices, notes)
        n_x, n_x_error = (_excitons(part, sigma, sample) for part in (fluence_cm2, error_cm2))
        decays = _decays(neutral, n_x, n_x_error, t0_ps, sigma, sample["pump_absorbance"], choices)
        biexciton = notes.attempt(fit_biexciton, decays, choices)
    _compare_with_stated(sigma, sample, notes)
    return sigma, biexciton


def _compare_with_stated(sigma: CrossSection, sample: Mapping[str, Any], notes: Notes) -> None:
    """Note a cross section that is not the one stated: the fluences may be off by as much."""
    stated, error = sample["cross_section_cm2"], sample.get("cross_section_error_cm2", 0.0)
    fitted = sigma.sigma_cm2
    if abs(fitted - stated) > CONTRADICTS * np.hypot(sigma.error_cm2, error):
        notes.add(
            f"the cross section fitted, {fitted:.3g} +- {sigma.error_cm2:.1g} cm2, is {fitted / stated:.2f} "
            f"times the one stated for the sample, {stated:.3g} +- {error:.1g} cm2: "
            "if that is right, the fluences are off (pinhole, pulse rate, power meter, pump_absorbance)"
        )


def _excitons(fluence_cm2: Floats, sigma: CrossSection, sample: Mapping[str, Any]) -> Floats:
    """Return excitons per dot in the sample's film."""
    film = {name: sample[name] for name in ("reflectance", "pump_absorbance")}
    return excitons_per_dot(fluence_cm2, sigma.sigma_cm2, **film)


def excitons_by(
    tree: xr.DataTree, transient: xr.Dataset, cross_section: CrossSection, notes: Notes
) -> xr.Dataset:
    """Return `n_x` and `n_x_error` by a cross section that is known, as of any potentials."""
    fluence, error = _fluences(tree, transient, notes)
    n_x, n_x_error = (_excitons(part, cross_section, tree.attrs["sample"]) for part in (fluence, error))
    return _labelled(n_x, n_x_error, transient)


def _labelled(n_x: Floats, n_x_error: Floats, transient: xr.Dataset) -> xr.Dataset:
    outer = ("potential_v", "fluence_cm2")
    coordinates = {name: transient[name] for name in outer}
    excitons = xr.Dataset({"n_x": (outer, n_x), "n_x_error": (outer, n_x_error)}, coordinates)
    excitons["n_x"].attrs = {"units": "", "long_name": "excitons per dot"}
    return excitons


def _decays(
    neutral: xr.Dataset,
    n_x: Floats,
    n_x_error: Floats,
    t0_ps: float,
    sigma: CrossSection,
    pump_absorbance: float,
    choices: Choices,
) -> Decays:
    """Return how the neutral film's band decays once its carriers have cooled."""
    delays_ps = neutral["delay_ps"].to_numpy() - t0_ps
    cooled = delays_ps >= choices.gain_delay_ps * (1.0 - choices.hold_share)
    cold = neutral.isel(delay_ps=cooled)
    own, common = split_error(cold)
    return Decays(
        delays_ps[cooled],
        n_x,
        -cold["band"].to_numpy(),
        own.to_numpy(),
        np.broadcast_to(common, n_x.shape),
        n_x_error,
        sigma.error_cm2 / sigma.sigma_cm2,
        pump_absorbance,
    )


def _fluences(tree: xr.DataTree, transient: xr.Dataset, notes: Notes) -> tuple[Floats, Floats]:
    """Return J and its error [potential, fluence]: measured, or as asked for where it was not."""
    shape = (transient.sizes["potential_v"], transient.sizes["fluence_cm2"])
    points = tree["ta"] if "ta" in tree.children else transient
    asked = np.broadcast_to(
        points.coords.get("chosen_fluence_cm2", transient["fluence_cm2"]).to_numpy(), shape
    )
    taken = transient["band"].notnull().any("delay_ps").to_numpy()
    measured = notes.attempt(measured_fluence, tree)
    if measured is None:
        values, errors = np.full(shape, np.nan), np.zeros(shape)
    else:
        values, errors = measured["fluence"].to_numpy(), measured["fluence_error"].to_numpy()
    unknown = ~np.isfinite(values)
    if np.isnan(asked[unknown & taken]).any():
        raise MissingDataError("no excitons per dot: the pump fluence is not known")
    if (unknown & taken).any():
        notes.add("the pump power was not measured everywhere: there the fluence asked for is used")
    return np.where(unknown, asked, values), np.where(unknown | ~np.isfinite(errors), 0.0, errors)


def _cross_section(
    fluence_cm2: Floats,
    error_cm2: Floats,
    neutral: xr.Dataset,
    sample: Mapping[str, Any],
    biexciton: Biexciton | None,
    choices: Choices,
    notes: Notes,
) -> CrossSection:
    try:
        bleach, bleach_error = late_band(neutral, choices)
        late_ps = neutral["delay_ps"].to_numpy()[late_delays(neutral, choices)]
        known = choices if biexciton is None else biexciton
        survival = late_survival(late_ps, tau_xx_ps=known.tau_xx_ps, tau_r_ps=known.tau_r_ps)
        return fit_cross_section(
            fluence_cm2,
            error_cm2,
            bleach,
            bleach_error,
            start_cm2=sample["cross_section_cm2"],
            pump_absorbance=sample["pump_absorbance"],
            reflectance=sample["reflectance"],
            survival=survival,
        )
    except MissingDataError as missing:
        return _stated(sample, missing, notes)


def _stated(sample: Mapping[str, Any], missing: MissingDataError, notes: Notes) -> CrossSection:
    """Return the cross section stated for the sample, in the place of one that could not be fitted."""
    if not np.isfinite(sample["cross_section_cm2"]):
        raise MissingDataError(
            f"no excitons per dot: no cross section is stated for the sample, and {missing}"
        ) from missing
    notes.add(f"the cross section is the one stated for the sample: {missing}")
    return CrossSection(
        sample["cross_section_cm2"],
        sample.get("cross_section_error_cm2", 0.0),
        np.nan,
        "stated for the sample",
    )
