"""dA over wavelength at some delays, where the excitation is not known and A* cannot be shown."""

from __future__ import annotations

import numpy as np

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis._windows import Floats
from qdlab.analysis.figures._style import (
    MOD,
    SMALL,
    Sheet,
    fluence_colours,
    needed,
    new_figure,
    smoothed,
    strongest,
)

N_SPECTRA = 6
SMOOTH_PX = 5


def transient_spectra(reduction: Reduction) -> Sheet:
    """Draw dA, corrected for chirp, at delays from before time zero to the last one."""
    transient = needed(reduction.transient, "transient absorption")
    if reduction.a_star is not None:
        raise MissingDataError("no figure: the spectra of A* show more")
    da = strongest(transient["da"]).sortby("wavelength_nm")
    delays, nm, values = da["delay_ps"].to_numpy(), da["wavelength_nm"].to_numpy(), MOD * da.to_numpy()
    known = np.flatnonzero(np.isfinite(values).mean(axis=1) > 0.5)
    if not known.size:
        raise MissingDataError("no figure: there is no spectrum of dA")
    picked = known[_picked(delays[known])]
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    axes.axhline(0.0, color="0.8", lw=0.8)
    spectra = smoothed(values[picked], SMOOTH_PX)
    for spectrum, delay, colour in zip(spectra, delays[picked], fluence_colours(delays[picked]), strict=True):
        label = f"{float(f'{delay:.3g}'):g} ps".replace("-", "\N{MINUS SIGN}")
        axes.plot(nm, spectrum, color=colour, lw=1, label=label)
    axes.set_ylim(*_limits(spectra))
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel("ΔA (mOD)")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title(f"averaged over {SMOOTH_PX} pixels; {reduction.quantity}", **SMALL)
    return figure


def _picked(delays_ps: Floats) -> np.ndarray:
    """Return the first delay, and others in steps of equal ratio from soon after time zero to the last."""
    last = float(delays_ps.max())
    if last <= 0.0:
        return np.unique([0, delays_ps.size - 1])
    wanted = np.geomspace(last / 100.0, last, N_SPECTRA - 1)
    nearest = np.abs(delays_ps[:, np.newaxis] - wanted).argmin(axis=0)
    return np.unique([int(np.argmin(delays_ps)), *nearest.tolist()])


def _limits(spectra: Floats) -> tuple[float, float]:
    """Return an axis for the signal, whatever dead pixels at the edge of the camera say."""
    low, high = np.nanquantile(spectra, [0.01, 0.99])
    room = 0.25 * (high - low) or 1.0
    return float(low - room), float(high + room)
