"""dA over wavelength and delay where there is no A*: first potential, highest fluence."""

from __future__ import annotations

import numpy as np

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._reduction import Reduction
from qdlab.analysis.figures._style import (
    MOD,
    PLAIN,
    SMALL,
    Sheet,
    delay_scale,
    needed,
    new_figure,
    signal_scale,
    strongest,
)


def transient_map(reduction: Reduction) -> Sheet:
    """Draw dA corrected for chirp; the delay axis is linear about time zero and logarithmic beyond."""
    transient = needed(reduction.transient, "transient absorption")
    if reduction.a_star is not None:
        raise MissingDataError("no figure: the maps of A* show more")
    da = strongest(transient["da"])
    delays, nm = da["delay_ps"].to_numpy(), da["wavelength_nm"].to_numpy()
    values = MOD * da.to_numpy()[:, np.argsort(nm)]
    if len(delays) < 2 or not np.isfinite(values).any():
        raise MissingDataError("no figure: there is no map of dA")
    figure = new_figure(5.6, 4.2)
    axes = figure.add_subplot()
    mesh = figure.draw_map(axes, np.sort(nm), delays, values, "ΔA (mOD)", **signal_scale(values))
    axes.set_yscale(**delay_scale(delays))
    axes.yaxis.set_major_formatter(PLAIN)
    axes.set_xlabel("wavelength (nm)")
    axes.set_ylabel("delay (ps)")
    figure.colorbar(mesh, ax=axes, label="ΔA (mOD)", extend="both")
    axes.set_title(reduction.quantity, **SMALL)
    return figure
