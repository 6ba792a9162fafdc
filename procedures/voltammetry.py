"""Voltammetry: a cyclic voltammogram with absorption and PL spectra in step with the potential."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._experiment import Experiment, Streams
from procedures._sweep import PotentialSweep
from qdlab.plan import DARK, CellOff, Lab, SetLight, Step, Stream


class Voltammetry(PotentialSweep, Experiment):
    """A0, then the sweep; spectra and current are on one time base.

    The potentiostat times and buffers the sweep; each spectrum carries the run time of every scan, and the
    potential and current read beside it.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.sweep_streams(lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        yield self.sweep()
        yield CellOff()
        yield SetLight(DARK)
