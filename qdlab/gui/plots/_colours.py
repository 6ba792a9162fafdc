"""Tables of 256 colours for colour numbers: 0 is "not measured", 128 is zero; perceptually uniform arms."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from qdlab.gui._style import Scheme
from qdlab.gui.look import MISSING, ZERO

Colours = NDArray[np.uint8]

_ARM = 128
_FADING = 32


@cache
def diverging(scheme: Scheme) -> Colours:
    """Return colours about zero: a bleach (negative) is blue, absorption red, zero the ground."""
    return _with_missing(_table(scheme.diverging, 0.0, 1.0, 2 * _ARM - 1), scheme)


@cache
def gain(scheme: Scheme) -> Colours:
    """Return colours for A*: absorption in greys that leave the ground, gain (negative) glows."""
    if scheme.is_dark:
        glow = _table("inferno", 0.3, 1.0, _ARM - _FADING)
        grey = _table("CET-L1", 0.09, 0.62, _ARM)
    else:
        glow = _table("plasma", 0.05, 0.95, _ARM - _FADING)[::-1]
        grey = _table("CET-L1", 0.1, 1.0, _ARM)[::-1]
    fading = np.linspace(grey[0], glow[0], _FADING, endpoint=False)  # noise about zero stays pale
    return _with_missing(np.vstack([glow[::-1], fading[::-1], grey[1:]]), scheme)


def _table(name: str, start: float, stop: float, n_colours: int) -> Colours:
    return np.asarray(pg.colormap.get(name).getLookupTable(start, stop, n_colours))[:, :3]


def _with_missing(table: Colours, scheme: Scheme) -> Colours:
    """Put the colour of what was not measured before 255 colours."""
    missing = pg.mkColor(scheme.panel)
    first = [[missing.red(), missing.green(), missing.blue()]]
    return np.vstack([first, table]).astype(np.uint8)


def arms(colours: Colours) -> tuple[Colours, Colours]:
    """Return the colours from zero downwards and from zero upwards."""
    return colours[ZERO:MISSING:-1], colours[ZERO:]
