"""Pump-probe maps: every delay at every fluence, and a dense scan about time zero at the highest one."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import ListParameter

from procedures._camera import reflected
from procedures._delays import DEFAULT, Delays, TimeZeroDelays
from procedures._experiment import Streams
from procedures._fluence import SeveralFluences
from qdlab.plan import DARK, Axis, Lab, RunChopper, SetFluence, SetLight, Step, Stream, TaPoint

TRANSMISSION, BOTH = "transmission", "transmission and reflection"


class PumpProbeMap(Delays, TimeZeroDelays, SeveralFluences):
    """Transient absorption over potential, fluence and delay."""

    probed = ListParameter(
        "Probed in", choices=(TRANSMISSION, BOTH), default=TRANSMISSION,
        description="or both: every delay again with the reflected probe, which takes dA's reflection out",
    )  # fmt: skip

    def doubts(self) -> Iterator[str]:
        """Yield what in the parameters is rarely meant."""
        yield from super().doubts()
        if not self.about_gain():
            yield (
                f"transient_absorption.delays_ps: not on both sides of {DEFAULT.gain_delay_ps:g} ps, where "
                "gain is judged: there will be no threshold"
            )
        if not self.late():
            yield (
                f"transient_absorption.delays_ps: none is {DEFAULT.late_ps:g} ps or later: the cross "
                "section cannot be fitted, so that of the recipe is taken"
            )

    def map_streams(self, potential: Axis, lab: Lab) -> Iterator[Stream]:
        """Yield dark level, pump power, the scan about time zero and the map."""
        axes = (potential, self.fluence_axis(), self.delay_axis())
        yield self.dark_stream(potential, lab)
        yield self.pump_stream(potential)
        yield self.time_zero_stream(lab)
        yield Stream("ta", TaPoint, "transient absorption", axes, self.shots(lab))
        if self.probed == BOTH:
            yield Stream("tr", TaPoint, "transient reflection", axes, self.shots(lab))

    def map_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield all of the i-th potential; time zero is found at the first one."""
        yield from self.dark_steps(streams, i)
        yield RunChopper(running=True)
        if i == 0:
            yield SetFluence(max(self.fluences_cm2()))
            yield from self.time_zero_steps(streams)
        for j in range(len(self.fluences_cm2())):
            yield from self.fluence_steps(streams["pump"], i, j)
            yield from self.points(streams["ta"], (i, j), enumerate(self.delays_ps))
            if self.probed == BOTH:
                yield from reflected(self.points(streams["tr"], (i, j), enumerate(self.delays_ps)))
        yield SetLight(DARK)
        yield RunChopper(running=False)
