"""GainThresholdMap: how the gain threshold falls as electrons are injected (the paper's Figs. 2 to 5)."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._adaptive import AdaptiveMap
from procedures._electrons import ElectronsPerDot, PotentialSearch
from procedures._experiment import Experiment, Streams
from procedures._threshold_search import ThresholdSearch
from qdlab.plan import Lab, MakeScript, Script, Step, Stream, in_order, watched


class GainThresholdMap(AdaptiveMap, ElectronsPerDot, Experiment):
    """Gain thresholds over potential x fluence x delay; the first potential is the neutral film.

    A0 -> cyclic voltammetry with absorption and PL -> for each potential: hold until the film is
    charged -> for each fluence: transient absorption over the delays. With `electrons_per_dot`, potentials
    are found from the voltammetry just measured; with `strategy = "adaptive"`, fluences and shots from the
    results so far.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.sweep_streams(lab)
        yield from self.search_streams(lab)
        yield from self.charging_streams(lab)
        yield from self.map_streams(self.potential_axis(), lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order; the most it can come to if it chooses."""
        yield from self._neutral(streams)
        for i, potential_v in enumerate(self.potentials()):
            yield from self.search_steps(streams, i, potential_v)
            yield from self.charging_steps(streams, i, potential_v)
            yield from self.map_steps(streams, i)

    def script(self, streams: Streams, lab: Lab) -> MakeScript | None:
        """Return what chooses potentials, fluences or both; None if all are given."""
        if self.electrons_per_dot or self.adaptive:
            return lambda: self._choosing(streams, lab)
        return None

    def _choosing(self, streams: Streams, lab: Lab) -> Script:
        given_v = self.potentials()
        potentials = PotentialSearch(self, streams, lab) if self.electrons_per_dot else None
        thresholds = ThresholdSearch(self, streams, lab, len(given_v)) if self.adaptive else None
        see = [search.see for search in (potentials, thresholds) if search is not None]
        yield from watched(self._neutral(streams), see)
        for i, given in enumerate(given_v):
            potential_v = given if potentials is None else (yield from potentials.find(i))
            yield from watched(self.charging_steps(streams, i, potential_v), see)
            yield from in_order(self.map_steps(streams, i)) if thresholds is None else thresholds.measure(i)

    def _neutral(self, streams: Streams) -> Iterator[Step]:
        yield from self.steady_steps(streams)
        yield self.sweep()
