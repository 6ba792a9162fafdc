"""One scan of delays as it grows: a row for each delay, its repeats averaged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qdlab.gui.look._views import Floats, Pixels


class Scan:
    """dA [delay, px] in rising order of `delays_ps`, NaN where not measured yet."""

    def __init__(self, wavelengths_nm: Floats, delays_ps: Sequence[float]) -> None:
        self.wavelengths_nm = wavelengths_nm
        self.delays_ps, self._row_of = np.unique(np.array(delays_ps), return_inverse=True)
        self.values: Pixels = np.full((self.delays_ps.size, wavelengths_nm.size), np.nan, dtype=np.float32)
        self._n = np.zeros(self.delays_ps.size, dtype=int)

    def add(self, place: int, da: Floats) -> int:
        """Take the dA [px] measured at a place of the axis of delays; return its row."""
        row = int(self._row_of[place])
        self._n[row] += 1
        before = 0.0 if self._n[row] == 1 else self.values[row]
        self.values[row] = before + (da - before) / self._n[row]
        return row

    def row_at(self, delay_ps: float) -> int:
        """Return the row of the delay that is nearest."""
        return int(np.argmin(np.abs(self.delays_ps - delay_ps)))

    def times(self, row: int) -> int:
        """Return how often a delay was measured."""
        return int(self._n[row])

    def background(self, before_ps: float) -> Pixels:
        """Return the mean [px] of what was measured before a delay; 0 while there is nothing."""
        rows = self.values[(self.delays_ps < before_ps) & (self._n > 0)]
        return rows.mean(axis=0) if len(rows) else np.zeros(self.wavelengths_nm.size, dtype=np.float32)
