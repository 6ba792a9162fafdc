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
from qdlab.analysis.transient import split_error
from qdlab.physics import excitons_per_dot, late_survival


@dataclass(frozen=True)
class Excitation:
    """`n_x`, `n_x_error` (each point's own, without sigma's) over potential and fluence, and their source."""

    n_x: xr.Dataset
    cross_section: CrossSection
    biexciton: Biexciton | None


def excitation_of(
    tree: xr.DataTree, transient: xr.Dataset, t0_ps: float, choices: Choices, notes: Notes
) -> Excitation:
    """Return excitons per dot; `t0_ps` is the band's time zero.

    sigma takes the lifetimes, which correct it by some 2 %, and they take <N_X>: twice each is enough.
    MissingDataError if the sample or the fluences are not known.
    """
    sample = tree.attrs.get("sample") or {}
    if not {"cross_section_cm2", "pump_absorbance", "reflectance"} <= sample.keys():
        raise MissingDataError("no excitons per dot: the file does not describe its sample")
    fluence, error = _fluences(tree, transient, notes)
    film = {"reflectance": sample["reflectance"], "pump_absorbance": sample["pump_absorbance"]}
    biexciton = None
    for _ in range(2):
        sigma = _cross_section(fluence[0], error[0], transient, sample, biexciton, choices, notes)
        n_x, n_x_error = (excitons_per_dot(j, sigma.sigma_cm2, **film) for j in (fluence, error))
        decays = _decays(transient, n_x[0], n_x_error[0], t0_ps, sigma, film["pump_absorbance"], choices)
        biexciton = notes.attempt(fit_biexciton, decays, choices)
    return Excitation(_labelled(n_x, n_x_error, transient), sigma, biexciton)


def excitons_by(
    tree: xr.DataTree, transient: xr.Dataset, cross_section: CrossSection, notes: Notes
) -> xr.Dataset:
    """Return `n_x` and `n_x_error` by a cross section that is known, as of any potentials."""
    sample = tree.attrs["sample"]
    film = {"reflectance": sample["reflectance"], "pump_absorbance": sample["pump_absorbance"]}
    n_x, n_x_error = (
        excitons_per_dot(j, cross_section.sigma_cm2, **film) for j in _fluences(tree, transient, notes)
    )
    return _labelled(n_x, n_x_error, transient)


def _labelled(n_x: Floats, n_x_error: Floats, transient: xr.Dataset) -> xr.Dataset:
    outer = ("potential_v", "fluence_cm2")
    coordinates = {name: transient[name] for name in outer}
    excitons = xr.Dataset({"n_x": (outer, n_x), "n_x_error": (outer, n_x_error)}, coordinates)
    excitons["n_x"].attrs = {"units": "", "long_name": "excitons per dot"}
    return excitons


def _decays(
    transient: xr.Dataset,
    n_x: Floats,
    n_x_error: Floats,
    t0_ps: float,
    sigma: CrossSection,
    pump_absorbance: float,
    choices: Choices,
) -> Decays:
    """Return how the neutral film's band decays once its carriers have cooled."""
    delays_ps = transient["delay_ps"].to_numpy() - t0_ps
    cooled = delays_ps >= choices.gain_delay_ps * (1.0 - choices.hold_share)
    neutral = transient.drop_dims("wavelength_nm").isel(potential_v=0, delay_ps=cooled)
    own, common = split_error(neutral)
    return Decays(
        delays_ps[cooled],
        n_x,
        -neutral["band"].to_numpy(),
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
    transient: xr.Dataset,
    sample: Mapping[str, Any],
    biexciton: Biexciton | None,
    choices: Choices,
    notes: Notes,
) -> CrossSection:
    try:
        bleach, bleach_error = late_band(transient, choices)
        late_ps = transient["delay_ps"].to_numpy()[late_delays(transient, choices)]
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
