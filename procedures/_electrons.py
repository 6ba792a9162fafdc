"""Electrons per dot instead of potentials: which potential holds them is found while the run goes on.

The sweep just measured gives a first potential. The film is held there until it is charged, its electrons are
counted, and the potential is corrected, a few times at most. Nothing goes beyond what the sweep has shown.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import asdict
from functools import cached_property

from pymeasure.experiment import FloatParameter, IntegerParameter

from procedures._charging import HeldPotentials
from procedures._experiment import Streams
from procedures._parameters import FloatListParameter
from procedures._spectra import LAMP
from procedures._sweep import PotentialSweep
from qdlab.analysis import (
    Choices,
    Fermi,
    SoFar,
    charged_film,
    fermi_of_held,
    fermi_of_sweep,
    has_arrived,
    potential_holding,
)
from qdlab.limits import Range
from qdlab.plan import (
    Axis,
    Choose,
    HoldPotential,
    Lab,
    Seen,
    Settling,
    Spectrum,
    Step,
    Stream,
    axis_to_choose,
    choose,
    chosen_along,
    watched,
)

WATCHED = ("spectrometer_dark", "blank", "film", "cv_absorption", "tried_absorption")
"""The streams from which the search learns."""

FURTHEST_V = 0.1
"""A film fills within about 0.15 V: spectra of the sweep must not be further apart to show how."""


class ElectronsPerDot(HeldPotentials, PotentialSweep):
    """Potentials as given, or those that hold so many electrons per dot."""

    TABLE = "charging"

    electrons_per_dot = FloatListParameter(
        "Electrons per dot", minimum=0, maximum=2, may_be_empty=True, default=[],
        description="if given, potentials_v is not used: potentials are found from the sweep just measured",
    )  # fmt: skip
    electrons_tolerance = FloatParameter(
        "Electrons within", minimum=1e-3, maximum=1, default=0.02,
        description="how near a held film must come, as far as its error lets one see",
    )  # fmt: skip
    n_corrections = IntegerParameter(
        "Corrections of a potential", minimum=0, maximum=20, default=3,
        description="after a held film has shown its electrons, at most",
    )  # fmt: skip

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant."""
        yield from super().contradictions()
        apart_v = self.step_v * self.steps_per_spectrum
        if self.electrons_per_dot and apart_v > FURTHEST_V:
            yield (
                f"charging.electrons_per_dot: needs spectra of the sweep at most {FURTHEST_V:g} V apart; "
                f"step_v x steps_per_spectrum is {apart_v:.2g} V"
            )

    def potentials(self) -> list[float]:
        """Return the potentials; those to be found as good as any, from the sweep's start to its vertex."""
        if not self.electrons_per_dot:
            return super().potentials()
        start_v, vertex_v = self.open_circuit_v, self.vertex_v
        return [start_v + n_1s / 2.0 * (vertex_v - start_v) for n_1s in self.electrons_per_dot]

    def potential_axis(self) -> Axis:
        """Return the axis of held potentials, whose values the run chooses if electrons are asked for."""
        n_chosen = len(self.electrons_per_dot)
        return axis_to_choose("potential_v", "V", n_chosen) if n_chosen else super().potential_axis()

    def search_streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield what a search leaves: every film that was tried, and the potentials that were chosen."""
        if self.electrons_per_dot:
            n_tries = len(self.electrons_per_dot) * self.most_tries
            tries = (Axis("try", "", tuple(float(k) for k in range(n_tries))),)
            looks = {"look": self.settle().max_looks}
            yield Stream("tried_settling", Settling, "charging at each potential tried", tries, looks)
            yield Stream("tried_absorption", Spectrum, "lamp through each film tried", tries, self.scans(lab))
            yield chosen_along(self.potential_axis())

    def search_steps(self, streams: Streams, i: int, potential_v: float, n_tries: int) -> Iterator[Step]:
        """Yield the steps that finding the i-th potential takes with so many tries; none if it is given."""
        if self.electrons_per_dot:
            if self.electrons_per_dot[i] > 0.0:
                for k in range(n_tries):
                    yield from self.try_steps(streams, i, k, potential_v)
            yield Choose(streams["chosen_potential_v"].slot(i), potential_v)

    def try_steps(self, streams: Streams, i: int, k: int, potential_v: float) -> Iterator[Step]:
        """Yield charging to a potential and looking at the film, for the k-th time."""
        yield HoldPotential(streams["tried_settling"].slot(self.place(i, k)), potential_v, self.settle())
        yield self.spectrum(streams["tried_absorption"], (self.place(i, k),), LAMP)

    @property
    def most_tries(self) -> int:
        """How many films are tried for one potential, at most."""
        return int(self.n_corrections) + 1

    def place(self, i: int, k: int) -> int:
        """Return where the k-th try at the i-th potential stands in the streams of tries."""
        return i * self.most_tries + k


class PotentialSearch:
    """The search of one run: sees the spectra of the neutral film, of the sweep and of every film tried."""

    def __init__(self, recipe: ElectronsPerDot, streams: Streams, lab: Lab) -> None:
        attributes = {"sample": asdict(recipe.sample()), "lab": asdict(lab)}
        self._recipe = recipe
        self._streams = streams
        self._choices = Choices.for_run(attributes)
        self._so_far = SoFar((streams[name] for name in WATCHED), attributes)
        ends_v = (recipe.open_circuit_v, recipe.vertex_v)
        self._within = Range(min(ends_v), max(ends_v), "V")

    def see(self, seen: Seen) -> None:
        """Take in what a step left."""
        self._so_far.add(seen)

    def find(self, i: int) -> Generator[Step, Seen, float]:
        """Hold, count and correct until the film has its electrons; note and return the potential.

        MissingDataError if the sweep does not show how the film fills.
        """
        recipe, target, potential_v = self._recipe, self._recipe.electrons_per_dot[i], self._within.high
        if target > 0.0:
            potential_v = potential_holding(target, self._fermi, self._within)
            for k in range(recipe.most_tries):
                yield from watched(recipe.try_steps(self._streams, i, k, potential_v), [self.see])
                if has_arrived(*self._electrons(recipe.place(i, k)), target, recipe.electrons_tolerance):
                    break
                potential_v = potential_holding(target, self._fermi, self._within)
        return (yield from choose(self._streams["chosen_potential_v"].slot(i), potential_v))

    @cached_property
    def _of_sweep(self) -> Fermi:
        return fermi_of_sweep(charged_film(self._so_far.tree(), "cv_absorption", self._choices))

    @property
    def _fermi(self) -> Fermi:
        """How the film fills, as far as sweep and films held so far tell."""
        if not self._so_far.n_done("tried_absorption"):
            return self._of_sweep
        tried = charged_film(self._so_far.tree(), "tried_absorption", self._choices)
        return fermi_of_held(tried, self._of_sweep)

    def _electrons(self, place: int) -> tuple[float, float]:
        film = charged_film(self._so_far.tree(), "tried_absorption", self._choices).isel({"try": place})
        return float(film["n_1s"]), float(film["n_1s_error"])
