"""What to measure next to know a gain threshold well enough: pure choices from the results so far.

A threshold is where the bleach over excitons per dot reaches the level A0 + dA_SEC. It takes a fluence on
either side of it, near enough for the curve in between to be nearly straight, and enough shots at both. Where
to look first, transition counting says; what is reported rests on nothing but what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from qdlab.analysis._windows import Floats
from qdlab.analysis.gain import Series, Threshold, bracket
from qdlab.physics import ensemble_absorption

BEND = 0.6
"""How much steeper a bleach is one exciton per dot before the threshold (1 - exp(-N/1.6))."""
BEND_SHARE = 0.06
"""Share of the wanted interval by which the bend between two fluences may move the crossing."""
ASIDE = 0.4
"""How far beside the expected crossing to measure, as a share of the widest gap: two leave less than one."""
APART = 0.3
"""How far two fluences are at least from each other, as a share of the widest gap: a curve through points
that are close together is a wild one."""
AIM = 0.9
"""Shots are chosen for this share of the wanted interval: what they bring is known only on average."""
ANCHORS = (6.0, 0.7)
"""Excitons per dot at which the neutral film's late bleach tells most of sigma, besides those about the
threshold: it is saturated there, or depends most on sigma."""
SPARE_ANCHORS = (3.0, 0.35)
"""Where else, if there are too few fluences for a fit."""
FEWEST_FLUENCES = 4
"""The cross section is not fitted to fewer."""
POWER_SHARE = 0.15
"""Share of the wanted interval that the scatter of the power meter may make."""
FEWEST_READINGS = 3
"""Fewer do not tell how well the power is known."""
HOPELESS = 1.1
"""Repeats go no further than this times the width that is left with the most of them."""


@dataclass(frozen=True)
class Film:
    """What is known of a held film before any light: electrons per dot, level, and A0 of the band."""

    n_1s: float
    level: float
    a0: float


@dataclass(frozen=True)
class Shares:
    """What makes the 68 % interval of a threshold wide, each as the width it would cause alone.

    `bleach`: the points on either side; `level`: A0 + dA_SEC; `scale`: sigma.
    """

    bleach: float
    level: float
    scale: float

    @property
    def together(self) -> float:
        """The width that all of them cause."""
        return float(np.sqrt(self.bleach**2 + self.level**2 + self.scale**2))

    def __str__(self) -> str:
        return f"bleach {self.bleach:.3f}, level {self.level:.3f}, cross section {self.scale:.3f}"


def interval_width(threshold: Threshold) -> float:
    """Return the width of a threshold's 68 % interval; infinite if it has no upper end."""
    return threshold.n_gain_high - threshold.n_gain_low


def widest_gap(width: float) -> float:
    """Return how far apart two fluences may be: a chord lies h^2/8 of the curvature beside its curve."""
    return float(np.sqrt(8.0 * BEND_SHARE * width / BEND))


def expected_crossing(film: Film, series: Series | None, highest: float) -> float:
    """Return where the threshold is to be expected; infinite if above the highest excitation.

    By transition counting, corrected by what was measured so far relative to it.
    """
    n_x = np.geomspace(1e-3, highest, 400)
    expected = _counted(film, n_x)
    if series is not None:
        known = series.bleach > 3.0 * np.nan_to_num(series.bleach_error)
        if known.any():
            ratio = series.bleach[known] / _counted(film, series.n_x[known])
            expected = expected * np.interp(n_x, series.n_x[known], ratio)
    reached = expected >= max(film.level, 0.0)
    return float(n_x[reached.argmax()]) if reached.any() else float("inf")


def next_excitation(film: Film, series: Series | None, width: float, highest: float) -> float | None:
    """Return the excitons per dot to measure at next to have the threshold between two near fluences.

    None if it is, or if there is no gain up to the highest excitation.
    """
    gap = widest_gap(width)
    before, after = (0.0, np.nan) if series is None else bracket(series)
    if after - before <= gap:
        return None
    crossing = expected_crossing(film, series, highest)
    if not np.isfinite(after):
        above = min(max(crossing + ASIDE * gap, before + 2.0 * ASIDE * gap), highest)
        return above if above > 1.02 * before else None
    aside = -ASIDE * gap if crossing - before > gap / 2.0 else ASIDE * gap
    inset = min(APART * gap, (after - before) / 3.0)
    return float(np.clip(crossing + aside, before + inset, after - inset))


def next_anchor(series: Series, width: float, highest: float) -> float | None:
    """Return the excitons per dot to measure the neutral film at next, for the cross section.

    None if there are enough, or sigma is known so well that it hardly widens the interval.
    """
    too_few = len(series.n_x) < FEWEST_FLUENCES
    if not too_few and shares_of_width(series).scale < width / 2.0:
        return None
    for anchor in (*ANCHORS, *SPARE_ANCHORS) if too_few else ANCHORS:
        reached = min(anchor, highest)
        if np.min(np.abs(np.log(series.n_x / reached))) > np.log(1.25):
            return reached
    return None


def shares_of_width(series: Series) -> Shares:
    """Return what makes the interval wide, by the straight line between the points next to the crossing."""
    n_x, bleach = np.append(0.0, series.n_x), np.append(0.0, series.bleach)
    error = np.append(0.0, np.nan_to_num(series.bleach_error))
    level = max(series.level, 0.0)
    k = next_to_crossing(series)
    slope = max((bleach[k + 1] - bleach[k]) / (n_x[k + 1] - n_x[k]), 1e-12)
    crossing = n_x[k] + (level - bleach[k]) / slope
    share = (crossing - n_x[k]) / (n_x[k + 1] - n_x[k])
    of_points = float(np.hypot((1.0 - share) * error[k], share * error[k + 1]))
    return Shares(
        2.0 * of_points / slope,
        2.0 * float(np.nan_to_num(series.level_error)) / slope,
        2.0 * crossing * float(np.nan_to_num(series.scale_error)),
    )


def next_to_crossing(series: Series) -> int:
    """Return the index of the last point without gain, counted from the exact origin, which is 0."""
    gain = series.bleach > series.level
    return int(gain.argmax()) if gain.any() else len(gain) - 1


def repeats_wanted(
    parts: Shares, width: float, taken: tuple[int, int], most: int, cost: tuple[float, float]
) -> tuple[int, int]:
    """Return how many more repeats of the deciding and of the late delays bring the interval to `width`.

    The cheapest that do, at `cost` a repeat; `taken` are those there are, `most` those there may be. Where no
    number does, because the level is not known better or `most` are too few, those that come near what can be
    had; none if that is so already.
    """
    options = list(product(range(most - taken[0] + 1), range(most - taken[1] + 1)))
    widths = [_width_after(parts, taken, more) for more in options]
    aim = max(AIM * width, HOPELESS * widths[-1])
    enough = [more for more, after in zip(options, widths, strict=True) if after <= aim]
    return min(enough, key=lambda more: more[0] * cost[0] + more[1] * cost[1])


def readings_wanted(n_x: float, scatter: float, width: float, most: int) -> int:
    """Return how many readings of the power do at an excitation, at a relative scatter of one reading."""
    wanted = int(np.ceil((2.0 * n_x * scatter / (POWER_SHARE * width)) ** 2))
    return min(max(wanted, FEWEST_READINGS), most)


def _width_after(parts: Shares, taken: tuple[int, int], more: tuple[int, int]) -> float:
    bleach, scale = (
        part**2 * n / (n + extra)
        for part, n, extra in zip((parts.bleach, parts.scale), taken, more, strict=True)
    )
    return float(np.sqrt(bleach + scale + parts.level**2))


def _counted(film: Film, n_x: Floats) -> Floats:
    """Return the bleach that transition counting expects of the film."""
    n_1s = float(np.clip(film.n_1s, 0.0, 2.0))
    return np.asarray(film.a0 * (ensemble_absorption(0.0, n_1s) - ensemble_absorption(n_x, n_1s)))
