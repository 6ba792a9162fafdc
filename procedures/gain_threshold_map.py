"""GainThresholdMap: how the gain threshold falls as electrons are injected (the paper's Figs. 2 to 5)."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._charging import HeldPotentials
from procedures._experiment import Experiment, Streams
from procedures._pump_probe import PumpProbeMap
from procedures._sweep import PotentialSweep
from qdlab.plan import Lab, Step, Stream


class GainThresholdMap(PumpProbeMap, HeldPotentials, PotentialSweep, Experiment):
    """Gain thresholds over potential x fluence x delay; the first potential is the neutral film.

    A0 -> cyclic voltammetry with absorption and PL -> for each potential: hold until the film is
    charged -> for each fluence: transient absorption over the delays.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.sweep_streams(lab)
        yield from self.charging_streams(lab)
        yield from self.map_streams(self.potential_axis(), lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        yield self.sweep()
        for i in range(len(self.potentials())):
            yield from self.charging_steps(streams, i)
            yield from self.map_steps(streams, i)
