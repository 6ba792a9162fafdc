"""SolutionBenchmark: the gain threshold of dots in solution, without a cell (the paper's Fig. 1)."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._camera import CELL_OFF
from procedures._experiment import Experiment, Streams
from procedures._pump_probe import PumpProbeMap
from procedures._spectra import SteadySpectra
from qdlab.plan import Lab, Step, Stream


class SolutionBenchmark(PumpProbeMap, SteadySpectra, Experiment):
    """A0 of a cuvette against one with the solvent alone, then every delay at every fluence.

    It needs no potentiostat; the potential in the file is NaN. "film" is the cuvette with dots, "blank" the
    one without.
    """

    BLANK, UNCHARGED, HELD = "the solvent", "the dots", "the dots, right before the pump"

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.held_streams(CELL_OFF, lab)
        yield from self.map_streams(CELL_OFF, lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield from self.sample_steps(streams)
        yield from self.held_steps(streams, 0)
        yield from self.map_steps(streams, 0)
