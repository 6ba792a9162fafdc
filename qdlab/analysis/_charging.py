"""Electrochemistry: the spectra of the charged film -> electrons per dot, PL and the 1S level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._fermi import Fermi, fit_fermi
from qdlab.analysis._lines import LineFit, fit_lines, injected_electrons, line_amplitudes
from qdlab.analysis._notes import Notes
from qdlab.analysis._photoluminescence import relative_pl
from qdlab.analysis._steady_state import Spectrometer, charged, ground_state, levels

FEW_HELD = 4
"""From this many held potentials on the Fermi fit uses them; the sweep lags behind its potential."""


@dataclass(frozen=True)
class Charging:
    """What the fibre spectrometer says of the film; see Reduction."""

    ground: xr.Dataset | None = None
    lines: LineFit | None = None
    held: xr.Dataset | None = None
    sweep: xr.Dataset | None = None
    fermi: Fermi | None = None


def reduce_charging(tree: xr.DataTree, choices: Choices, notes: Notes) -> Charging:
    """Reduce all spectra of the fibre spectrometer; what is missing goes to the notes."""
    spectrometer = notes.attempt(Spectrometer.of, tree, choices)
    if spectrometer is None:
        return Charging()
    ground = notes.attempt(ground_state, tree, spectrometer)
    lines = None
    if ground is not None:
        nm, a0 = ground["wavelength_nm"].to_numpy(), ground["a0"].to_numpy()
        lines = notes.attempt(fit_lines, nm, a0, choices)
    held = notes.attempt(charged, tree, "held_absorption", spectrometer)
    if held is not None:
        held = _with_electrons(held, lines)
        for extra in (
            notes.attempt(levels, tree, spectrometer),
            notes.attempt(relative_pl, tree, "held_pl", choices),
        ):
            held = held if extra is None else held.merge(extra)
    sweep = notes.attempt(charged, tree, "cv_absorption", spectrometer)
    if sweep is not None:
        sweep = _with_direction(_with_electrons(sweep, lines))
        pl = notes.attempt(relative_pl, tree, "cv_pl", choices)
        sweep = sweep if pl is None else sweep.merge(pl)
    fermi = None if lines is None else _fermi(held, sweep, notes)
    return Charging(ground, lines, held, sweep, fermi)


def charged_film(tree: xr.DataTree, name: str, choices: Choices) -> xr.Dataset:
    """Return dA_SEC, n_1S and its error of one stream of spectra, and the direction of its potential.

    MissingDataError if any of what it takes was not measured.
    """
    spectrometer = Spectrometer.of(tree, choices)
    ground = ground_state(tree, spectrometer)
    lines = fit_lines(ground["wavelength_nm"].to_numpy(), ground["a0"].to_numpy(), choices)
    return _with_direction(_with_electrons(charged(tree, name, spectrometer), lines))


def _with_electrons(spectra: xr.Dataset, lines: LineFit | None) -> xr.Dataset:
    """Add `n_1s` and its error along the first axis."""
    if lines is None:
        return spectra
    amplitudes = line_amplitudes(spectra["wavelength_nm"].to_numpy(), spectra["da_sec"].to_numpy(), lines)
    n_1s, error = injected_electrons(*amplitudes, lines)
    axis = spectra["da_sec"].dims[0]
    return spectra.assign(
        n_1s=(axis, n_1s, {"units": "", "long_name": "injected electrons per dot"}),
        n_1s_error=(axis, error, {"units": "", "long_name": "standard error"}),
    )


def _with_direction(sweep: xr.Dataset) -> xr.Dataset:
    """Add `scan`: -1 while the potential falls, +1 while it rises."""
    potential = sweep["measured_potential_v"].to_numpy()
    rising = np.gradient(potential) > 0.0 if potential.size > 1 else np.zeros(potential.size, dtype=bool)
    return sweep.assign(scan=(sweep["da_sec"].dims[0], np.where(rising, 1, -1)))


def _fermi(held: xr.Dataset | None, sweep: xr.Dataset | None, notes: Notes) -> Fermi | None:
    for spectra, name, least in ((held, "held potentials", FEW_HELD), (sweep, "potentials of the sweep", 3)):
        if spectra is None or int(spectra["n_1s"].notnull().sum()) < least:
            continue
        potential, n_1s, error = (
            spectra[key].to_numpy() for key in ("measured_potential_v", "n_1s", "n_1s_error")
        )
        if (fermi := notes.attempt(fit_fermi, potential, n_1s, error, name)) is not None:
            if spectra is sweep:
                notes.add("the Fermi fit uses the sweep, in which the film lags behind the potential")
            return fermi
    return None
