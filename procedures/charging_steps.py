"""ChargingSteps: how long the film takes to charge at each potential, and what it then looks like."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._charging import HeldPotentials
from procedures._experiment import Experiment, Streams
from qdlab.plan import DARK, CellOff, Lab, SetLight, Step, Stream


class ChargingSteps(HeldPotentials, Experiment):
    """Chronoamperometry watched by absorbance: current and 1S absorbance from the step on until both rest.

    The potentials are held one after another without a pause, so each is a step from the one before.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.charging_streams(lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        for i, potential_v in enumerate(self.potentials()):
            yield from self.charging_steps(streams, i, potential_v)
        yield CellOff()
        yield SetLight(DARK)
