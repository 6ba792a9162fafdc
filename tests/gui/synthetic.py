"""Maps and runs made up for tests of what the window shows."""

from __future__ import annotations

import numpy as np

from qdlab.gui.look import MapView

NM = np.linspace(500.0, 700.0, 64)


def chirped_map(t0_ps: np.ndarray, delays_ps: np.ndarray) -> MapView:
    """A signal that is the delay after each colour's own time zero: every corrected cut is flat."""
    values = delays_ps[:, np.newaxis] - t0_ps
    return MapView(NM, delays_ps, values.astype(np.float32), t0_ps, "made up")
