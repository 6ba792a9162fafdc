"""What each plot draws: arrays and words, whether they come from a run that goes on or from a reduction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pixels = NDArray[np.float32]

Quantity = Literal["ΔA", "A*"]
DA: Quantity = "ΔA"
A_STAR: Quantity = "A*"


def potential_in_words(potential_v: float, digits: int = 2) -> str:
    """Say a potential; a sample without a cell, or an imported scan, has none."""
    return "no potential" if np.isnan(potential_v) else f"{potential_v:+.{digits}f} V"


@dataclass(frozen=True)
class PointView:
    """One camera point [px]: mean counts without and with the pump, the brightest shot, dA, its error."""

    wavelengths_nm: Floats
    pump_off: Floats
    pump_on: Floats
    brightest: Floats
    saturation_counts: float
    delta_a: Floats
    delta_a_error: Floats
    where: str

    @property
    def saturated(self) -> bool:
        """Whether any read-out reached the level at which the camera no longer follows the light."""
        return bool(self.brightest.max(initial=0.0) >= self.saturation_counts)


@dataclass(frozen=True)
class MapView:
    """dA or A* over the delays of one scan [delay, px], NaN where not measured yet.

    Delays are in the order in which they are shown; `t0_ps` [px] is time zero where it is known. Scales are
    made for `telling_nm`, where they shall not be those of what absorbs far more beside it.
    """

    wavelengths_nm: Floats
    delays_ps: Floats
    values: Pixels
    t0_ps: Floats | None
    where: str
    quantity: Quantity = DA
    telling_nm: tuple[float, float] | None = None


@dataclass(frozen=True)
class CvView:
    """Current over potential; electrons per dot over the potentials at which spectra were taken."""

    potential_v: Floats
    current_a: Floats
    n_1s_potential_v: Floats
    n_1s: Floats


@dataclass(frozen=True)
class ChargingView:
    """The band's absorbance and the current while a potential was held; times from its start."""

    time_s: Floats
    absorbance: Floats
    current_a: Floats
    where: str


@dataclass(frozen=True)
class SpectraView:
    """Spectra in the order in which they were taken [row, px], each with its potential."""

    wavelengths_nm: Floats
    potentials_v: Floats
    values: Pixels


@dataclass(frozen=True)
class PlView:
    """Photoluminescence relative to the uncharged film, over potential."""

    potential_v: Floats
    relative: Floats


@dataclass(frozen=True)
class SeriesView:
    """The 1S bleach of one potential over excitons per dot, and the level it has to reach for gain."""

    potential_v: float
    n_x: Floats
    bleach: Floats
    bleach_error: Floats
    level: float
    level_error: float

    @property
    def gain(self) -> float | None:
        """By how much the largest bleach exceeds the level; None while either is unknown."""
        if not self.n_x.size or not np.isfinite(self.level):
            return None
        return float(np.max(self.bleach) - self.level)


@dataclass(frozen=True)
class CountingView:
    """The thresholds that transition counting gives a material, over electrons per dot; nothing is fitted."""

    name: str
    n_1s: Floats
    n_gain: Floats


@dataclass(frozen=True)
class ThresholdsView:
    """Thresholds (excitons over electrons per dot); `censored` is "below" or "above" for limits."""

    name: str
    n_1s: Floats
    n_1s_error: Floats
    n_gain: Floats
    low: Floats
    high: Floats
    censored: tuple[str, ...]
    counting: CountingView
