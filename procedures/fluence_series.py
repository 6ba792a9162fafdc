"""FluenceSeries: the gain threshold at one potential, by transient absorption at many fluences."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._charging import HeldPotential
from procedures._experiment import Experiment, Streams
from procedures._pump_probe import PumpProbeMap
from qdlab.plan import Lab, Step, Stream


class FluenceSeries(PumpProbeMap, HeldPotential, Experiment):
    """A0, the charged film, then every delay at every fluence."""

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.charging_streams(lab)
        yield from self.map_streams(self.potential_axis(), lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        yield from self.charging_steps(streams, 0, self.potential_v)
        yield from self.map_steps(streams, 0)
