"""The result of a reduction: everything between counts and thresholds, labelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis.charging import Fermi, LineFit, ReferenceElectrode, Repelling
from qdlab.analysis.excitation import Biexciton, CrossSection, PumpCalibration
from qdlab.analysis.gain import Series, Threshold
from qdlab.analysis.transient import Chirp, TimeZero


@dataclass(frozen=True)
class Reduction:
    """What was got out of a run; None where something is missing, and `notes` says why.

    Attributes
    ----------
    quantity
        What "absorbance" stands for: without transient reflection it is extinction.
    ground
        `a0`, `a0_error` over the spectrometer's wavelengths.
    held
        Over potential: `da_sec`, `level` (band average of A0 + dA_SEC), `n_1s`, `pl` with errors.
    sweep
        The same over the cyclic voltammetry's steps, with `measured_potential_v`, `scan` (-1 while it falls,
        +1 while it rises) and `cycle`; `voltammogram` is the current along it.
    reversibility
        For each cycle: the most electrons per dot, what was left, PL, half filling both ways, charge.
    fermi, repelling
        Electrons per dot against potential: a Fermi step, and electrons that repel each other.
    reference
        What potentials refer to.
    settling
        Over potential: how long the film took to charge, with time constant and change of absorbance.
    pump_calibration
        Of the attenuator: the fluence at full transmission, and what each setting really lets through.
    time_zero
        Of the band, and the stage position it lies at.
    cross_section, biexciton
        sigma from the late bleach, and the lifetimes from the decays of the neutral film.
    transient
        Over potential, fluence, delay: `da` corrected for background and chirp, `n_x`, shot statistics.
    gain
        At the gain delay, over potential, fluence: spectra `da`; the band's `bleach`, `bleach_error`; `n_x`,
        `n_x_error`.
    a_star
        A0 + dA_SEC + dA over potential, fluence, delay and camera wavelength; negative is gain.
    wavelength_thresholds
        Over demanded gain, potential and bin: the threshold of a single wavelength and whether it is a limit.
    gain_coefficients
        At the gain delay, over potential, fluence and bin: g in 1/cm, of the bins and of the band.
    gain_lifetimes
        Over potential and fluence: how long the band's A* stays negative, in ps, and whether that is a limit.
    spectra
        Imported spectra over wavelength, `absorbance` or `counts`, by the names of their columns.
    thresholds, series
        One for each potential of which the band bleach and its level are known.
    """

    title: str
    quantity: str
    choices: Choices
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    ground: xr.Dataset | None = None
    lines: LineFit | None = None
    held: xr.Dataset | None = None
    sweep: xr.Dataset | None = None
    voltammogram: xr.Dataset | None = None
    reversibility: xr.Dataset | None = None
    fermi: Fermi | None = None
    repelling: Repelling | None = None
    reference: ReferenceElectrode = ReferenceElectrode()
    settling: xr.Dataset | None = None
    pump_calibration: PumpCalibration | None = None
    chirp: Chirp | None = None
    time_zero: TimeZero | None = None
    cross_section: CrossSection | None = None
    biexciton: Biexciton | None = None
    transient: xr.Dataset | None = None
    gain: xr.Dataset | None = None
    a_star: xr.DataArray | None = None
    wavelength_thresholds: xr.Dataset | None = None
    gain_coefficients: xr.Dataset | None = None
    gain_lifetimes: xr.Dataset | None = None
    spectra: xr.Dataset | None = None
    thresholds: tuple[Threshold, ...] = ()
    series: tuple[Series, ...] = ()
