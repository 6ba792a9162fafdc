"""TransientAbsorption: one potential, one fluence, the delays scanned several times."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._charging import HeldPotential
from procedures._delays import RepeatedDelays, TimeZeroDelays
from procedures._experiment import Experiment, Streams
from procedures._fluence import OneFluence
from qdlab.plan import DARK, Lab, RunChopper, SetLight, Step, Stream, TaPoint


class TransientAbsorption(RepeatedDelays, TimeZeroDelays, OneFluence, HeldPotential, Experiment):
    """A0, the charged film, time zero and chirp, then the delays: spectra and kinetics of one state."""

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        potential = self.potential_axis()
        axes = (potential, self.fluence_axis(), self.scan_axis(), self.delay_axis())
        yield from self.steady_streams(lab)
        yield from self.charging_streams(lab)
        yield self.dark_stream(potential, lab)
        yield self.pump_stream(potential)
        yield self.time_zero_stream(lab)
        yield Stream("ta", TaPoint, "transient absorption", axes, self.shots(lab))

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        yield from self.charging_steps(streams, 0, self.potential_v)
        yield from self.dark_steps(streams, 0)
        yield RunChopper(running=True)
        yield from self.fluence_steps(streams["pump"], 0, 0)
        yield from self.time_zero_steps(streams)
        yield from self.scan_steps(streams)
        yield SetLight(DARK)
        yield RunChopper(running=False)

    def scan_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the scans of the delays."""
        yield from self.repeated_steps(streams["ta"], (0, 0))
