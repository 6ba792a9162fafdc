"""TimeZero: where pump and probe coincide, found on the coherent artefact."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import ListParameter

from procedures._camera import CELL_OFF
from procedures._delays import TimeZeroDelays
from procedures._experiment import Experiment, Streams
from procedures._fluence import OneFluence
from qdlab.plan import DARK, CellOff, Lab, RunChopper, SelectSample, SetLight, Step, Stream


class TimeZero(TimeZeroDelays, OneFluence, Experiment):
    """A dense scan about time zero, cell off; its reduction gives chirp, time zero and where the stage stood.

    The position goes into the bench file as `zero_mm`. The bare substrate shows the artefact alone, and the
    film is spared; where substrate and film cannot be exchanged, measure on the film.
    """

    TABLE = "time_zero"

    measured_on = ListParameter(
        "Measured on", choices=("blank", "film"), default="blank",
        description="the bare substrate (blank), or the film",
    )  # fmt: skip

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield self.dark_stream(CELL_OFF, lab)
        yield self.pump_stream(CELL_OFF)
        yield self.time_zero_stream(lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield CellOff()
        yield SelectSample(self.measured_on)
        yield from self.dark_steps(streams, 0)
        yield RunChopper(running=True)
        yield from self.fluence_steps(streams["pump"], 0, 0)
        yield from self.time_zero_steps(streams)
        yield SetLight(DARK)
        yield RunChopper(running=False)
        yield SelectSample("film")
