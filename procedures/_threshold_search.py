"""The search for thresholds: measure at each potential until the threshold is known, or say why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from procedures._adaptive import AdaptiveMap
from procedures._experiment import Streams
from procedures._spending import Budget, Spending
from qdlab.analysis import (
    Choices,
    Film,
    MapSoFar,
    MissingDataError,
    Series,
    Threshold,
    interval_width,
    next_anchor,
    next_excitation,
    next_to_crossing,
    readings_wanted,
    repeats_wanted,
    shares_of_width,
)
from qdlab.physics import excitons_per_dot
from qdlab.plan import Lab, Remark, Script, Seen, Step, choose

LEAST_WEIGHT = 0.2
"""A delay that counts for less in the value at the gain delay is not worth repeating."""


@dataclass(frozen=True)
class NewFluence:
    """Measure at a fluence where nothing was measured yet."""

    fluence_cm2: float
    n_readings: int


@dataclass(frozen=True)
class MoreShots:
    """Repeat the delays that decide: `near` more times at fluences `beside` the crossing, `late` at all."""

    beside: tuple[int, ...]
    near: int
    late: int


@dataclass
class Progress:
    """What was measured at one potential: fluences in order, and how often the deciding delays of each."""

    fluences_cm2: list[float] = field(default_factory=list)
    n_near: list[int] = field(default_factory=list)
    n_late: int = 1

    def add(self, done: NewFluence | MoreShots) -> None:
        """Take note of what was measured."""
        if isinstance(done, NewFluence):
            self.fluences_cm2.append(done.fluence_cm2)
            self.n_near.append(1)
            return
        self.n_late += done.late
        for j in done.beside:
            self.n_near[j] += done.near

    def by_excitation(self) -> list[int]:
        """Return the numbers of the fluences in rising order, which is that of a series."""
        return [int(j) for j in np.argsort(self.fluences_cm2)]


class ThresholdSearch:
    """The search of one run: sees all its records, and has a budget that it shares among the potentials."""

    def __init__(self, recipe: AdaptiveMap, streams: Streams, lab: Lab, n_potentials: int) -> None:
        attributes = {"sample": asdict(recipe.sample()), "lab": asdict(lab)}
        self._recipe = recipe
        self._streams = streams
        self._map = MapSoFar(streams, attributes, Choices.for_run(attributes))
        self._spending = Spending(lab)
        self._budget = Budget(recipe.most_time_s, recipe.most_map_shots, recipe.most_photons_cm2)
        self._n_potentials = n_potentials
        self._lowest_cm2 = lab.transmission.low * lab.pump_beam.full_fluence_cm2

    def see(self, seen: Seen) -> None:
        """Take in what a step left."""
        self._map.add(seen)

    def measure(self, i: int) -> Script:
        """Yield all steps at the i-th potential, whose film is charged."""
        allowed = self._spending.spent.share(self._budget, self._n_potentials - i)
        progress = Progress()
        yield from self._performed(self._recipe.begin_steps(self._streams, i))
        while not isinstance(ahead := self._ahead(i, progress), str):
            if lacking := self._spending.after(self._steps(i, progress, ahead)).problem(allowed):
                ahead = f"no {lacking} left"
                break
            if isinstance(ahead, NewFluence):
                slot = self._streams["chosen_fluence_cm2"].slot(i, len(progress.fluences_cm2))
                ahead = replace(ahead, fluence_cm2=(yield from choose(slot, ahead.fluence_cm2)))
            yield from self._performed(self._steps(i, progress, ahead))
            progress.add(ahead)
        yield Remark(f"{self._known(i)}: {ahead}")
        yield from self._performed(self._recipe.end_steps())

    def _performed(self, steps: Iterable[Step]) -> Script:
        """Yield steps, see what they leave and add up what they cost."""
        for step in steps:
            self._spending.add(step)
            self.see((yield step))

    def _ahead(self, i: int, progress: Progress) -> NewFluence | MoreShots | str:
        """Return what to measure next, or why nothing."""
        recipe, found = self._recipe, self._threshold(i)
        threshold, series = (None, None) if found is None else found
        width, highest = recipe.interval_width, self._excitons(max(recipe.fluences_cm2()))
        wanted = next_excitation(self._film(i), series, width, highest)
        if wanted is None and threshold is not None and interval_width(threshold) <= width:
            return "as well known as was asked for"
        if wanted is None and series is not None and i == 0 and recipe.late():
            wanted = next_anchor(series, width, highest)
        if wanted is not None:
            return self._new_fluence(progress, wanted)
        if threshold is None or series is None or not np.isfinite(interval_width(threshold)):
            return "no gain up to the highest fluence"
        return self._more_shots(i, progress, threshold, series)

    def _new_fluence(self, progress: Progress, n_x: float) -> NewFluence | str:
        if len(progress.fluences_cm2) == self._recipe.most_fluences:
            return "no fluence left"
        highest_cm2 = max(self._recipe.fluences_cm2())
        fluence_cm2 = float(np.clip(n_x / self._excitons(1.0), self._lowest_cm2, highest_cm2))
        return NewFluence(fluence_cm2, self._readings(n_x))

    def _readings(self, n_x: float) -> int:
        """Return how many readings of the power to take: all the first time, then as few as will do."""
        most, relative_error = self._recipe.n_power_readings, self._map.first_power_error()
        if relative_error is None:
            return int(most)
        return readings_wanted(n_x, relative_error * float(np.sqrt(most)), self._recipe.interval_width, most)

    def _more_shots(
        self, i: int, progress: Progress, threshold: Threshold, series: Series
    ) -> MoreShots | str:
        recipe, order = self._recipe, progress.by_excitation()
        k = next_to_crossing(series)
        beside = tuple(order[place] for place in (k - 1, k) if place >= 0)
        near, late = self._deciding_now(), recipe.late() if i == 0 else []
        n_near = min(recipe.most_repeats, *(progress.n_near[j] for j in beside))
        taken = n_near, progress.n_late if late else recipe.most_repeats
        cost = len(beside) * len(near), len(order) * len(late)
        parts = shares_of_width(series)
        narrower = min(parts.together / interval_width(threshold), 1.0)
        more = repeats_wanted(parts, recipe.interval_width * narrower, taken, recipe.most_repeats, cost)
        if more == (0, 0):
            return f"not to be narrowed to {recipe.interval_width:g} by repeats ({parts})"
        return MoreShots(beside if more[0] else (), *more)

    def _steps(self, i: int, progress: Progress, ahead: NewFluence | MoreShots) -> list[Step]:
        """Return the steps of what is to be measured next."""
        recipe, streams = self._recipe, self._streams
        if isinstance(ahead, NewFluence):
            first_ps, last_ps = (abs(recipe.delays_ps[k] - self._spending.delay_ps) for k in (0, -1))
            j, back = len(progress.fluences_cm2), last_ps < first_ps
            scan = recipe.fluence_scan(
                streams, i, j, ahead.fluence_cm2, n_readings=ahead.n_readings, back=back
            )
            return list(scan)
        steps: list[Step] = []
        for j in ahead.beside:
            repeats = range(progress.n_near[j], min(progress.n_near[j] + ahead.near, recipe.most_repeats))
            places = [(k, repeat) for k in self._deciding_now() for repeat in repeats]
            steps += recipe.repeat_steps(streams, i, j, progress.fluences_cm2[j], places)
        for j, fluence_cm2 in enumerate(progress.fluences_cm2) if ahead.late else []:
            repeats = range(progress.n_late, progress.n_late + ahead.late)
            places = [(k, repeat) for k in recipe.late() for repeat in repeats]
            steps += recipe.repeat_steps(streams, i, j, fluence_cm2, places)
        return steps

    def _deciding_now(self) -> list[int]:
        """Return the places of the delays that decide on gain, now that time zero of the band is known."""
        recipe, weights = self._recipe, self._map.gain_weights(self._recipe.delays_ps)
        return [*recipe.before(), *(k for k in recipe.about_gain() if weights[k] >= LEAST_WEIGHT)]

    def _threshold(self, i: int) -> tuple[Threshold, Series] | None:
        try:
            return self._map.threshold(i)
        except MissingDataError:
            return None

    def _film(self, i: int) -> Film:
        """Return what is known of the held film; electrons by the level where no 1S line could be fitted."""
        held, a0 = self._map.held(i), float(self._map.held(0)["level"])
        level = float(held["level"])
        n_1s = float(held["n_1s"]) if "n_1s" in held else 2.0 * (1.0 - level / a0)
        return Film(n_1s, level, a0)

    def _excitons(self, fluence_cm2: float) -> float:
        """Return excitons per dot by the cross section as it is known now."""
        recipe = self._recipe
        about = {"reflectance": recipe.reflectance, "pump_absorbance": recipe.pump_absorbance}
        try:
            sigma_cm2 = self._map.cross_section().sigma_cm2
        except MissingDataError:
            sigma_cm2 = recipe.cross_section_cm2
        return float(excitons_per_dot(fluence_cm2, sigma_cm2, **about))

    def _known(self, i: int) -> str:
        """Say how well the threshold is known."""
        found = self._threshold(i)
        if found is None:
            return "no threshold"
        threshold = found[0]
        low, high = threshold.n_gain_low, threshold.n_gain_high
        return f"n_1S = {threshold.n_1s:.2f}: gain from {low:.3f} to {high:.3f} excitons per dot on"
