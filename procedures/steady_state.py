"""SteadyState: dark, reference, A0 and photoluminescence of a film, without a potential."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._experiment import Experiment, Streams
from procedures._sample import OnSample
from procedures._spectra import SteadySpectra
from qdlab.plan import DARK, Lab, SetLight, Step, Stream


class SteadyState(SteadySpectra, OnSample, Experiment):
    """Dark level, bare substrate, film and its photoluminescence; the cell stays off.

    It needs no potentiostat.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.steady_steps(streams)
        yield SetLight(DARK)
