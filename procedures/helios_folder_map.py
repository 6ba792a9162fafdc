"""HeliosFolderMap: gain thresholds with an instrument that scans its own delays."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._charging import HeldPotentials
from procedures._experiment import Experiment, Streams
from procedures._scanned import ScannedMap
from procedures._sweep import PotentialSweep
from qdlab.plan import Lab, Step, Stream


class HeliosFolderMap(ScannedMap, HeldPotentials, PotentialSweep, Experiment):
    """Gain thresholds over potential x fluence, each a whole scan of a closed instrument such as a Helios.

    qdlab sets potential and fluence and opens the shutters; the instrument (or who sits at it) scans, and its
    exported map is taken in. There is no stage, chopper or camera to drive, and no shot to keep.
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
        for i, potential_v in enumerate(self.potentials()):
            yield from self.charging_steps(streams, i, potential_v)
            yield from self.map_steps(streams, i)
