"""GainThresholdMap: how the gain threshold falls as electrons are injected (the paper's Figs. 2 to 5)."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._electrons import ElectronsPerDot, PotentialSearch
from procedures._experiment import Experiment, Streams
from procedures._pump_probe import PumpProbeMap
from qdlab.plan import Lab, MakeScript, Script, Step, Stream, in_order


class GainThresholdMap(PumpProbeMap, ElectronsPerDot, Experiment):
    """Gain thresholds over potential x fluence x delay; the first potential is the neutral film.

    A0 -> cyclic voltammetry with absorption and PL -> for each potential: hold until the film is
    charged -> for each fluence: transient absorption over the delays. With `electrons_per_dot`, potentials
    are found from the voltammetry just measured.
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
            yield from self._at_potential(streams, i, potential_v)

    def script(self, streams: Streams, lab: Lab) -> MakeScript | None:
        """Return what chooses the potentials; None if they are given."""
        return (lambda: self._choosing(streams, lab)) if self.electrons_per_dot else None

    def _choosing(self, streams: Streams, lab: Lab) -> Script:
        search = PotentialSearch(self, streams, lab)
        yield from search.watching(self._neutral(streams))
        for i in range(len(self.electrons_per_dot)):
            potential_v = yield from search.find(i)
            yield from in_order(self._at_potential(streams, i, potential_v))

    def _neutral(self, streams: Streams) -> Iterator[Step]:
        yield from self.steady_steps(streams)
        yield self.sweep()

    def _at_potential(self, streams: Streams, i: int, potential_v: float) -> Iterator[Step]:
        yield from self.charging_steps(streams, i, potential_v)
        yield from self.map_steps(streams, i)
