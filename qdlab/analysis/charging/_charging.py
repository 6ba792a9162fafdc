"""Electrochemistry: the spectra of the charged film -> electrons per dot, PL and the 1S level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._notes import Notes
from qdlab.analysis._windows import Floats
from qdlab.analysis.charging._cycles import reversibility, with_directions
from qdlab.analysis.charging._fermi import Fermi, FillingFit, Repelling, fit_fermi, fit_repelling
from qdlab.analysis.charging._lines import (
    LineFit,
    electrons_covariance,
    fit_lines,
    injected_electrons,
    line_amplitudes,
)
from qdlab.analysis.charging._photoluminescence import relative_pl
from qdlab.analysis.charging._reference import ReferenceElectrode
from qdlab.analysis.charging._steady_state import Spectrometer, charged, ground_state, levels

F = TypeVar("F", bound=FillingFit)

FEW_HELD = 4
"""From this many held potentials on the Fermi fit uses them; the sweep lags behind its potential."""

HELD, SWEEP = "held potentials", "potentials of the sweep"

Points = tuple[Floats, Floats, Floats, str]
"""Potentials, electrons per dot, their covariance, and what they are called."""


@dataclass(frozen=True)
class Charging:
    """What the fibre spectrometer says of the film; see Reduction."""

    ground: xr.Dataset | None = None
    lines: LineFit | None = None
    held: xr.Dataset | None = None
    sweep: xr.Dataset | None = None
    voltammogram: xr.Dataset | None = None
    reversibility: xr.Dataset | None = None
    fermi: Fermi | None = None
    repelling: Repelling | None = None
    reference: ReferenceElectrode = ReferenceElectrode()


def reduce_charging(tree: xr.DataTree, choices: Choices, notes: Notes) -> Charging:
    """Reduce all spectra of the fibre spectrometer; what is missing goes to the notes."""
    reference = ReferenceElectrode.of(tree)
    voltammogram = _voltammogram(tree)
    spectrometer = notes.attempt(Spectrometer.of, tree, choices)
    if spectrometer is None:
        return Charging(voltammogram=voltammogram, reference=reference)
    ground = notes.attempt(ground_state, tree, spectrometer)
    lines = None if ground is None else _lines(ground, choices, notes)
    held = _held(tree, spectrometer, lines, notes)
    sweep = _sweep(tree, spectrometer, lines, notes)
    cycles = None if sweep is None else notes.attempt(reversibility, sweep, voltammogram, choices.g_e)
    fermi = repelling = None
    if lines is not None:
        points = list(_points(held, sweep, lines, choices))
        fermi = _fitted(partial(fit_fermi, g_e=choices.g_e), points, notes)
        if choices.g_e == 2:
            repelling = _fitted(partial(fit_repelling, temperature_k=choices.temperature_k), points, notes)
    return Charging(ground, lines, held, sweep, voltammogram, cycles, fermi, repelling, reference)


def _lines(ground: xr.Dataset, choices: Choices, notes: Notes) -> LineFit | None:
    nm, a0 = ground["wavelength_nm"].to_numpy(), ground["a0"].to_numpy()
    return notes.attempt(fit_lines, nm, a0, choices)


def _held(
    tree: xr.DataTree, spectrometer: Spectrometer, lines: LineFit | None, notes: Notes
) -> xr.Dataset | None:
    held = notes.attempt(charged, tree, "held_absorption", spectrometer)
    if held is None:
        return None
    held = _with_electrons(held, lines, spectrometer.choices)
    for extra in (
        notes.attempt(levels, tree, spectrometer),
        notes.attempt(relative_pl, tree, "held_pl", spectrometer.choices),
    ):
        held = held if extra is None else held.merge(extra)
    return held


def _sweep(
    tree: xr.DataTree, spectrometer: Spectrometer, lines: LineFit | None, notes: Notes
) -> xr.Dataset | None:
    sweep = notes.attempt(charged, tree, "cv_absorption", spectrometer)
    if sweep is None:
        return None
    sweep = with_directions(_with_electrons(sweep, lines, spectrometer.choices))
    pl = notes.attempt(relative_pl, tree, "cv_pl", spectrometer.choices)
    return sweep if pl is None else sweep.merge(pl)


def _voltammogram(tree: xr.DataTree) -> xr.Dataset | None:
    """Return current and potential of the sweep; None without a note: the thresholds do not need them."""
    try:
        return stream(tree, "cv", "voltammogram").load()
    except MissingDataError:
        return None


def charged_film(tree: xr.DataTree, name: str, choices: Choices) -> xr.Dataset:
    """Return dA_SEC, n_1S and its error of one stream of spectra, and the direction of its potential.

    MissingDataError if any of what it takes was not measured.
    """
    spectrometer = Spectrometer.of(tree, choices)
    ground = ground_state(tree, spectrometer)
    lines = fit_lines(ground["wavelength_nm"].to_numpy(), ground["a0"].to_numpy(), choices)
    return with_directions(_with_electrons(charged(tree, name, spectrometer), lines, choices))


def _with_electrons(spectra: xr.Dataset, lines: LineFit | None, choices: Choices) -> xr.Dataset:
    """Add `n_1s` and its error along the first axis."""
    if lines is None:
        return spectra
    amplitudes = line_amplitudes(spectra["wavelength_nm"].to_numpy(), spectra["da_sec"].to_numpy(), lines)
    shares_film = choices.sec_reference_v is None
    n_1s, error = injected_electrons(*amplitudes, lines, choices.g_e, shares_film=shares_film)
    axis = spectra["da_sec"].dims[0]
    return spectra.assign(
        n_1s=(axis, n_1s, {"units": "", "long_name": "injected electrons per dot"}),
        n_1s_error=(axis, error, {"units": "", "long_name": "standard error"}),
    )


def _points(
    held: xr.Dataset | None, sweep: xr.Dataset | None, lines: LineFit, choices: Choices
) -> Iterator[Points]:
    """Yield what a filling curve may be fitted to: the held potentials, the sweep if those are too few."""
    shares_film = choices.sec_reference_v is None
    for spectra, name, least in ((held, HELD, FEW_HELD), (sweep, SWEEP, 3)):
        if spectra is not None and int(spectra["n_1s"].notnull().sum()) >= least:
            volts = spectra["measured_potential_v"].to_numpy()
            n_1s, error = spectra["n_1s"].to_numpy(), spectra["n_1s_error"].to_numpy()
            covariance = electrons_covariance(n_1s, error, lines, choices.g_e, shares_film=shares_film)
            yield volts, n_1s, covariance, name


def _fitted(fit: Callable[..., F], points: list[Points], notes: Notes) -> F | None:
    """Fit the first of these points that can be fitted."""
    for those in points:
        if (fitted := notes.attempt(fit, *those)) is not None:
            if fitted.source == SWEEP:
                notes.add("the Fermi fit uses the sweep, in which the film lags behind the potential")
            return fitted
    return None
