"""dA over delay at a few wavelengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats
from qdlab.analysis.figures._style import (
    MARKERS,
    MOD,
    PLAIN,
    SMALL,
    Sheet,
    delay_scale,
    fluence_colours,
    needed,
    new_figure,
    potential_label,
    smoothed,
    strongest,
)

N_TRACES = 5
N_MARKERS = 40


def kinetics(reduction: Reduction) -> Sheet:
    """Draw traces of the first potential and the highest fluence, averaged over 2 % of the spectrum."""
    transient = needed(reduction.transient, "transient absorption")
    da = strongest(transient["da"])
    delays, nm, values = da["delay_ps"].to_numpy(), da["wavelength_nm"].to_numpy(), MOD * da.to_numpy()
    useful = np.isfinite(values).sum(axis=0) > len(delays) // 2
    if len(delays) < 2 or not useful.any():
        raise MissingDataError("no figure: there are no traces over delay")
    figure = new_figure(5.6, 3.8)
    axes = figure.add_subplot()
    axes.axhline(0.0, color="0.8", lw=0.8)
    centres = _telling(nm[useful], values[:, useful])
    for centre, colour, marker in zip(centres, fluence_colours(centres), MARKERS, strict=False):
        near = np.abs(nm - centre) <= 0.01 * np.ptp(nm)
        style: dict[str, Any] = {"color": colour, "marker": marker, "ms": 3, "lw": 1}
        style["markevery"] = max(len(delays) // N_MARKERS, 1)
        axes.plot(delays, _mean(values[:, near]), label=f"{centre:.0f} nm", **style)
    axes.set_xscale(**delay_scale(delays))
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_xlabel("delay (ps)")
    axes.set_ylabel("ΔA (mOD)")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(f"{_where(da)}{reduction.quantity}", **SMALL)
    return figure


def _where(da: xr.DataArray) -> str:
    """Say at which potential, and how strongly excited; nothing of an imported scan that knows neither."""
    potential_v, fluence_cm2 = float(da["potential_v"]), float(da["fluence_cm2"])
    parts = [potential_label(potential_v, np.nan)] if np.isfinite(potential_v) else []
    if np.isfinite(fluence_cm2):
        parts.append(f"{fluence_cm2:.2g} photons/cm²".replace("e+", "e"))
    return "".join(f"{part}; " for part in parts)


def _telling(nm: Floats, values: Floats) -> Floats:
    """Return wavelengths of the largest signals, each a tenth of the spectrum away from the others."""
    size = smoothed(np.nanmean(values**2, axis=0), max(nm.size // 50, 1))
    apart_nm, centres = 0.1 * np.ptp(nm), list[float]()
    for at in nm[np.argsort(-size, kind="stable")]:
        if all(abs(at - centre) >= apart_nm for centre in centres) and len(centres) < N_TRACES:
            centres.append(float(at))
    return np.sort(centres)


def _mean(values: Floats) -> Floats:
    """Average over pixels, NaN where one is missing."""
    return np.asarray(values.mean(axis=1))
