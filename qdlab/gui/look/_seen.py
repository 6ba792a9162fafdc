"""Everything that a window shows of a run at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdlab.gui.look._views import (
    ChargingView,
    CvView,
    MapView,
    PlView,
    PointView,
    SeriesView,
    SpectraView,
    ThresholdsView,
)


@dataclass(frozen=True)
class Seen:
    """Everything that can be drawn of a run at one moment; None where there is nothing yet.

    `held_v` is the potential held last, NaN for a sample without a cell.
    """

    point: PointView | None = None
    map: MapView | None = None
    a_star: MapView | None = None
    cv: CvView | None = None
    charging: ChargingView | None = None
    spectra: SpectraView | None = None
    pl: PlView | None = None
    series: tuple[SeriesView, ...] = ()
    thresholds: ThresholdsView | None = None
    n_1s: float = np.nan
    n_1s_error: float = np.nan
    held_v: float | None = None
    problem: str = ""
