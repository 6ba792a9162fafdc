"""Pump power -> photons per area -> excitons per dot (physics.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError, stream
from qdlab.analysis._scatter import enlargement
from qdlab.analysis._windows import Floats
from qdlab.analysis.transient import split_error
from qdlab.physics import late_bleach
from qdlab.plan import PumpBeam

ONE_EACH = np.array([0.0, 1.0])


@dataclass(frozen=True)
class CrossSection:
    """sigma at the pump wavelength; `source` says whether it was measured in this run or stated before.

    `s_max` is the late band bleach when every dot is excited; NaN if sigma was only stated.
    """

    sigma_cm2: float
    error_cm2: float
    s_max: float
    source: str


def measured_fluence(tree: xr.DataTree) -> xr.Dataset:
    """Return J and its standard error over potential and fluence, from the power through the pinhole.

    NaN where the power was not measured. MissingDataError without power or pump beam.
    """
    pump = stream(tree, "pump", "measured fluence")
    lab = tree.attrs.get("lab") or {}
    if "pump_beam" not in lab:
        raise MissingDataError("no measured fluence: the bench does not describe its pump beam")
    beam = PumpBeam(**lab["pump_beam"])
    per_watt_cm2 = beam.fluence_cm2(1.0)
    done = pump["done"]
    return xr.Dataset(
        {
            "fluence": (pump["power_w"] * per_watt_cm2).where(done),
            "fluence_error": (pump["power_error_w"] * per_watt_cm2).where(done),
        }
    )


def fit_cross_section(
    fluence_cm2: Floats,
    fluence_error_cm2: Floats,
    bleach: Floats,
    bleach_error: Floats,
    *,
    start_cm2: float,
    pump_absorbance: float,
    reflectance: float,
    survival: Floats = ONE_EACH,
) -> CrossSection:
    """Fit sigma and S_max to the late bleach of the neutral film over fluence; `survival` as in late_bleach.

    Errors in J count by the slope of the curve, so the fit is repeated with the slope it found. The error of
    sigma grows where the points scatter more than theirs can explain.
    MissingDataError if the fit is not possible.
    """
    from scipy.optimize import curve_fit

    inside_cm2 = fluence_cm2 * (1.0 - reflectance)
    inside_error = np.nan_to_num(fluence_error_cm2) * (1.0 - reflectance)
    known = np.isfinite(inside_cm2) & np.isfinite(bleach) & np.isfinite(bleach_error)
    j, j_error, y, y_error = (part[known] for part in (inside_cm2, inside_error, bleach, bleach_error))
    if j.size < 4:
        raise MissingDataError(f"{j.size} fluences with a late bleach are too few to fit the cross section")

    def curve(fluence: Floats, scale: float, s_max: float) -> Floats:
        return late_bleach(fluence, scale * start_cm2, s_max, pump_absorbance, survival)

    best, error = np.array([1.0, float(y.max())]), y_error
    try:
        for _ in range(3):
            best, covariance = curve_fit(curve, j, y, best, sigma=error, absolute_sigma=True)
            slope = (curve(j * 1.001, *best) - curve(j * 0.999, *best)) / (0.002 * j)
            error = np.hypot(y_error, slope * j_error)
    except (RuntimeError, ValueError) as failure:
        raise MissingDataError(f"the fit of the cross section failed ({failure})") from failure
    enlarged = enlargement(np.sum(((y - curve(j, *best)) / error) ** 2), j.size - 2)
    return _judged(best, float(np.sqrt(covariance[0, 0]) * enlarged), start_cm2)


def _judged(best: Floats, scale_error: float, start_cm2: float) -> CrossSection:
    """Turn the fit's scale into sigma, if it is known to better than a half."""
    scale, s_max = best.tolist()
    if not (scale > 0.0 and scale_error < 0.5 * scale):
        raise MissingDataError("the late bleach does not saturate enough to fit the cross section")
    return CrossSection(scale * start_cm2, scale_error * start_cm2, s_max, "fit to the late bleach")


def late_band(neutral: xr.Dataset, choices: Choices) -> tuple[Floats, Floats]:
    """Return the neutral film's band bleach over the late delays, and its error [fluence].

    All delays of a fluence share the error of its background.
    """
    late = neutral.isel(delay_ps=late_delays(neutral, choices))
    if not late.sizes["delay_ps"]:
        raise MissingDataError(f"no delay of {choices.late_ps:g} ps or more shows the late bleach")
    own, common = split_error(late)
    n = own.notnull().sum("delay_ps")
    variance = (own**2).sum("delay_ps") / (n**2).where(n > 0) + common**2
    return -late["band"].mean("delay_ps").to_numpy(), np.sqrt(variance.to_numpy())


def late_delays(transient: xr.Dataset, choices: Choices) -> NDArray[np.bool_]:
    """Return which delays come when Auger recombination is over."""
    return np.asarray(transient["delay_ps"].to_numpy() >= choices.late_ps)
