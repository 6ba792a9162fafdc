"""Extinction -> absorption: the pump's change of the film's reflectance taken off (physics.md section 2)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis.transient._transient import AVERAGES

EXTINCTION = "extinction (no transient reflection measured)"
ABSORPTION = "absorption (corrected for transient reflection)"


def correct_reflection(transient: xr.Dataset, reflected: xr.Dataset, reflectance: float) -> xr.Dataset:
    """Return dA = dA_T + log10((1 - R*)/(1 - R)) with R* = R 10^(-dA_R), of spectra and averages alike.

    `transient` is what was transmitted, -log10(T*/T), `reflected` the same of the reflected probe at the same
    points, `reflectance` R of the unpumped film. A point without reflection is NaN: nothing is assumed of it.
    Errors add, that of dA_R by its weight R/(1 - R). MissingDataError if the points are not the same.
    """
    if transient["da"].shape != reflected["da"].shape or not np.allclose(
        transient["delay_ps"], reflected["delay_ps"]
    ):
        raise MissingDataError(
            "no correction for reflection: transient reflection was measured at other points"
        )
    corrected = {}
    for name in AVERAGES:
        seen, error = (reflected[key].to_numpy() for key in (name, f"{name}_error"))
        pumped = reflectance * 10.0**-seen
        weight = pumped / (1.0 - pumped)
        corrected[name] = transient[name] + np.log10((1.0 - pumped) / (1.0 - reflectance))
        corrected[f"{name}_error"] = np.hypot(transient[f"{name}_error"], weight * error)
    return transient.assign(corrected).assign_attrs(quantity=ABSORPTION)
