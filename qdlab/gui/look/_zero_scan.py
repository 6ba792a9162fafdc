"""The scan about time zero as it comes; once it is whole, it tells the chirp."""

from __future__ import annotations

import numpy as np

from qdlab.analysis import Choices, MissingDataError, find_chirp
from qdlab.gui.look._views import Floats
from qdlab.plan import Axis

LEAST_DELAYS = 10


class ZeroScan:
    """dA over delays about time zero, row by row."""

    def __init__(self, wavelengths_nm: Floats, choices: Choices) -> None:
        self._wavelengths_nm, self._choices = wavelengths_nm, choices
        self._rows: dict[int, Floats] = {}

    def add(self, place: int, da: Floats) -> None:
        """Take the dA [px] measured at a place of the axis of delays."""
        self._rows[place] = da

    def is_whole(self, axis: Axis) -> bool:
        """Whether every delay is there, and they are enough to tell anything."""
        return len(self._rows) == len(axis) >= LEAST_DELAYS

    def t0_ps(self, axis: Axis) -> Floats | None:
        """Return time zero [px] by a whole scan, which takes about a second; None if it cannot be found."""
        order = np.argsort(axis.values, kind="stable")
        rows = np.array([self._rows[k] for k in order])
        delays_ps, order_of = np.array(axis.values)[order], self._choices.chirp_order
        try:
            chirp = find_chirp(delays_ps, self._wavelengths_nm, rows, order_of, common_noise=False)
        except MissingDataError:
            return None
        t0_ps: Floats = chirp.t0_ps(self._wavelengths_nm)
        return t0_ps
