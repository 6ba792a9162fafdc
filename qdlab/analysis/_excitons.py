"""Excitons per dot at every potential and fluence, with the cross section they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._excitation import CrossSection, fit_cross_section, late_band, measured_fluence
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._notes import Notes
from qdlab.analysis._windows import Floats
from qdlab.physics import excitons_per_dot


def excitons_of(
    tree: xr.DataTree, transient: xr.Dataset, choices: Choices, notes: Notes
) -> tuple[xr.Dataset, CrossSection]:
    """Return `n_x` and `n_x_error` (each point's own, without sigma's) over potential and fluence, and sigma.

    MissingDataError if the sample or the fluences are not known.
    """
    sample = tree.attrs.get("sample") or {}
    if not {"cross_section_cm2", "pump_absorbance", "reflectance"} <= sample.keys():
        raise MissingDataError("no excitons per dot: the file does not describe its sample")
    fluence, error = _fluences(tree, transient, notes)
    sigma = _cross_section(fluence[0], error[0], transient, sample, choices, notes)
    inside = {"reflectance": sample["reflectance"], "pump_absorbance": sample["pump_absorbance"]}
    outer = ("potential_v", "fluence_cm2")
    n_x = xr.Dataset(
        {
            "n_x": (outer, excitons_per_dot(fluence, sigma.sigma_cm2, **inside)),
            "n_x_error": (outer, excitons_per_dot(error, sigma.sigma_cm2, **inside)),
        },
        {name: transient[name] for name in outer},
    )
    n_x["n_x"].attrs = {"units": "", "long_name": "excitons per dot"}
    return n_x, sigma


def _fluences(tree: xr.DataTree, transient: xr.Dataset, notes: Notes) -> tuple[Floats, Floats]:
    """Return J and its error [potential, fluence]: measured, or as asked for where it was not."""
    shape = (transient.sizes["potential_v"], transient.sizes["fluence_cm2"])
    points = tree["ta"] if "ta" in tree.children else transient
    asked = np.broadcast_to(
        points.coords.get("chosen_fluence_cm2", transient["fluence_cm2"]).to_numpy(), shape
    )
    taken = transient["n_pairs"].sum("delay_ps").to_numpy() > 0
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
    choices: Choices,
    notes: Notes,
) -> CrossSection:
    try:
        bleach, bleach_error, survival = late_band(transient, choices)
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
        notes.add(f"the cross section is the one stated for the sample: {missing}")
        return CrossSection(
            sample["cross_section_cm2"],
            sample.get("cross_section_error_cm2", 0.0),
            np.nan,
            "stated for the sample",
        )
