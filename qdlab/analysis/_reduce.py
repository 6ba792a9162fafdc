"""The whole reduction of a run: from the tree of its file to thresholds."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._notes import Notes
from qdlab.analysis._pump_probe import (
    PumpProbe,
    band_time_zero_ps,
    reduce_pump_probe,
    time_zero_ps,
)
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._spectra import imported_spectra
from qdlab.analysis.charging import Charging, reduce_charging, reduce_settling
from qdlab.analysis.excitation import PumpCalibration, reduce_pump_calibration
from qdlab.analysis.gain import (
    Film,
    Series,
    Threshold,
    absorption_maps,
    film_of,
    find_gain_lifetimes,
    find_thresholds,
    find_wavelength_thresholds,
    gain_coefficients,
)
from qdlab.analysis.shots import EachCell, in_threads
from qdlab.analysis.transient import EXTINCTION, TimeZero, find_time_zero

PROVENANCE = (
    "procedure",
    "status",
    "start_time",
    "end_time",
    "plan_digest",
    "versions",
    "identities",
    "sample",
)


def reduce(
    tree: xr.DataTree, choices: Choices | None = None, *, each_cell: EachCell = in_threads
) -> Reduction:
    """Reduce a run, or an imported matrix, as far as it goes; what is missing is in the notes.

    `tree` is what opening a run file gives. The same file and choices give the same result to the last digit,
    whoever reduces the cells of the transient absorption (`each_cell`).
    """
    chosen = Choices.for_run(tree.attrs) if choices is None else choices
    notes = Notes()
    charging = reduce_charging(tree, chosen, notes)
    pumped = reduce_pump_probe(tree, chosen, notes, each_cell, charging.held)
    settling = notes.attempt(reduce_settling, tree) if "settling" in tree.children else None
    calibration = _pump_calibration(tree, notes)
    time_zero = _time_zero(tree, pumped, chosen, notes)
    found = _thresholds(charging, pumped, chosen, notes)
    film = notes.attempt(film_of, tree) if found else None
    return Reduction(
        title=str(tree.attrs.get("title", "")),
        quantity=_quantity(pumped),
        choices=chosen,
        notes=tuple(notes),
        provenance={name: tree.attrs[name] for name in PROVENANCE if name in tree.attrs},
        **vars(charging),
        **vars(pumped),
        settling=settling,
        pump_calibration=calibration,
        time_zero=time_zero,
        a_star=_maps(charging, pumped),
        wavelength_thresholds=_of_wavelengths(charging, pumped, film, chosen, notes),
        gain_coefficients=_coefficients(charging, pumped, film, notes),
        gain_lifetimes=_lifetimes(charging, pumped, chosen, notes),
        spectra=imported_spectra(tree),
        thresholds=tuple(threshold for threshold, _ in found),
        series=tuple(series for _, series in found),
    )


def _pump_calibration(tree: xr.DataTree, notes: Notes) -> PumpCalibration | None:
    """Return the attenuator's calibration, which a run that was made for it says first of all."""
    if "calibration" not in tree.children:
        return None
    found = notes.attempt(reduce_pump_calibration, tree)
    if found is not None:
        notes.insert(0, str(found))
    return found


def _time_zero(tree: xr.DataTree, pumped: PumpProbe, choices: Choices, notes: Notes) -> TimeZero | None:
    """Return time zero; a run that was made to find it says so first of all."""
    if pumped.chirp is None:
        return None
    found = find_time_zero(tree, pumped.chirp, choices)
    if found is not None and "ta" not in tree.children:
        notes.insert(0, str(found))
    return found


def _quantity(pumped: PumpProbe) -> str:
    """Say what "absorbance" stands for."""
    attrs = {} if pumped.transient is None else pumped.transient.attrs
    return str(attrs.get("quantity", EXTINCTION))


def _thresholds(
    charging: Charging, pumped: PumpProbe, choices: Choices, notes: Notes
) -> list[tuple[Threshold, Series]]:
    held, gain, sigma = charging.held, pumped.gain, pumped.cross_section
    if held is None or gain is None or sigma is None:
        notes.add("no threshold: it takes the charged film's 1S level, and the band's bleach over fluence")
        return []
    found = notes.attempt(find_thresholds, gain, held, sigma, choices) or []
    _tell_unknown_errors([series for _, series in found], notes)
    return found


def _of_wavelengths(
    charging: Charging, pumped: PumpProbe, film: Film | None, choices: Choices, notes: Notes
) -> xr.Dataset | None:
    held, gain, sigma = charging.held, pumped.gain, pumped.cross_section
    if held is None or gain is None or sigma is None:
        return None
    return notes.attempt(find_wavelength_thresholds, gain, held, sigma, film, choices)


def _coefficients(
    charging: Charging, pumped: PumpProbe, film: Film | None, notes: Notes
) -> xr.Dataset | None:
    held, gain = charging.held, pumped.gain
    if held is None or gain is None or film is None:
        return None
    return notes.attempt(gain_coefficients, gain, held, film)


def _lifetimes(charging: Charging, pumped: PumpProbe, choices: Choices, notes: Notes) -> xr.Dataset | None:
    held, transient = charging.held, pumped.transient
    if held is None or transient is None:
        return None
    nm, t0_ps = transient["wavelength_nm"].to_numpy(), time_zero_ps(pumped.chirp, transient)
    in_band = band_time_zero_ps(nm, t0_ps, choices)
    return notes.attempt(find_gain_lifetimes, transient, held, in_band, choices)


def _maps(charging: Charging, pumped: PumpProbe) -> xr.DataArray | None:
    transient, ground, held = pumped.transient, charging.ground, charging.held
    if transient is None or ground is None or held is None or "level" not in held:
        return None
    return absorption_maps(transient, ground, held)


def _tell_unknown_errors(series: list[Series], notes: Notes) -> None:
    """Say where an interval lacks a part, because a single scan or pair of shots shows no scatter."""
    if any(np.isnan(one.level_error) for one in series):
        notes.add("the error of A0 + dA_SEC is not known (one scan each), so the intervals leave it out")
    if any(np.isnan(one.bleach_error).any() for one in series):
        notes.add(
            "the error of dA is not known everywhere (one pair of shots), so the intervals leave it out"
        )
