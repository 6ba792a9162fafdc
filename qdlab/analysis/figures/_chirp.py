"""Time zero over wavelength: artefact times, the polynomial, and what it leaves over."""

from __future__ import annotations

import numpy as np

from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import BLUE, GREY, ORANGE, SMALL, Sheet, needed, new_figure


def chirp(reduction: Reduction) -> Sheet:
    """Draw t0(wavelength) with its error, and the residuals in fs."""
    fit = needed(reduction.chirp, "chirp")
    artefact = fit.artefact
    figure = new_figure(5.2, 4.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    nm = np.linspace(artefact.wavelength_nm.min(), artefact.wavelength_nm.max(), 300)
    t0, error = fit.t0_ps(nm), fit.error_ps(nm)
    for used, style, name in (
        (fit.used, {"color": BLUE, "marker": "o"}, "artefact"),
        (~fit.used, {"color": GREY, "marker": "x"}, "left out"),
    ):
        if not used.any():
            continue
        points = (artefact.wavelength_nm[used], artefact.time_ps[used], artefact.error_ps[used])
        above.errorbar(*points, ls="", ms=3, lw=0.8, label=name, **style)
    above.plot(nm, t0, color=ORANGE, label=f"polynomial of order {len(fit.coefficients) - 1}")
    above.fill_between(nm, t0 - error, t0 + error, color=ORANGE, alpha=0.4, lw=0)
    left_over = 1e3 * (artefact.time_ps - fit.t0_ps(artefact.wavelength_nm))
    below.axhline(0.0, color=ORANGE)
    below.plot(artefact.wavelength_nm[fit.used], left_over[fit.used], "o", color=BLUE, ms=3, gid="residual")
    above.set_ylabel("time zero $t_0$ (ps)")
    below.set_ylabel("residual (fs)")
    below.set_xlabel("wavelength (nm)")
    above.legend(frameon=False, fontsize="small")
    shape = f"{artefact.shape} artefact, σ = {1e3 * artefact.width_ps:.0f} fs"
    if np.isnan(artefact.width_ps):
        shape = "put by hand"
    above.set_title(f"{shape}; residual rms {1e3 * fit.residual_rms_ps:.1f} fs", **SMALL)
    return figure
