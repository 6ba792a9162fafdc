"""Pump-probe delays: those of the map, and dense ones about time zero."""

from __future__ import annotations

import random
from collections.abc import Iterator

from pymeasure.experiment import IntegerParameter, ListParameter

from procedures._camera import Camera
from procedures._experiment import Streams
from procedures._parameters import DelayListParameter
from qdlab.analysis import Choices
from qdlab.plan import Axis, Lab, Step, Stream, TaPoint

DEFAULT = Choices()
"""What a reduction does unless it is told otherwise; delays are looked at with its eyes."""
T0_SPAN_PS = 1.0
"""How far time zero of the band may lie from where it is believed to be, when delays are judged."""


class Delays(Camera):
    """The delays of a scan."""

    delays_ps = DelayListParameter(
        "Delays", units="ps", minimum=-1e4, maximum=1e5,
        default=[-5, -4, -3, 3, 5, 7, 10, 30, 100, 300, 1000, 2500],
        description='numbers, and ranges such as "-1 to 2 step 0.1" or "2 to 2500 log 30"',
    )  # fmt: skip

    def delay_axis(self) -> Axis:
        """Return the axis of delays."""
        return Axis("delay_ps", "ps", tuple(self.delays_ps))

    def before(self) -> list[int]:
        """Return the places of the delays before time zero, which are subtracted from all others."""
        return [k for k, ps in enumerate(self.delays_ps) if ps < DEFAULT.background_before_ps]

    def about_gain(self) -> list[int]:
        """Return the places of the delays on either side of the one at which gain is judged."""
        low_ps, high_ps = (DEFAULT.gain_delay_ps + sign * T0_SPAN_PS for sign in (-1, 1))
        rising = sorted((ps, k) for k, ps in enumerate(self.delays_ps) if ps > 0.0)
        below, above = [k for ps, k in rising if ps <= low_ps], [k for ps, k in rising if ps >= high_ps]
        between = [k for ps, k in rising if low_ps < ps < high_ps]
        return [*below[-1:], *between, *above[:1]] if below and above else []

    def late(self) -> list[int]:
        """Return the places of the late delays, which decide on the cross section."""
        return [k for k, ps in enumerate(self.delays_ps) if ps >= DEFAULT.late_ps]

    def doubts(self) -> Iterator[str]:
        """Yield what in the parameters is rarely meant."""
        yield from super().doubts()
        if not self.before():
            yield (
                f"transient_absorption.delays_ps: none is before {DEFAULT.background_before_ps:g} ps: what "
                "is there without the pump cannot be taken off"
            )


RISING, THERE_AND_BACK, RANDOM = "rising", "there and back", "random"


class RepeatedDelays(Delays):
    """The delays scanned several times over, each scan whole before the next."""

    n_delay_scans = IntegerParameter(
        "Delay scans", minimum=1, maximum=10_000, default=1, description="how often all delays are measured"
    )
    delay_order = ListParameter(
        "Order of delays", choices=(RISING, THERE_AND_BACK, RANDOM), default=RISING,
        description="within a scan; random keeps a slow drift from looking like a decay",
    )  # fmt: skip
    delay_seed = IntegerParameter(
        "Seed of the random order", minimum=0, maximum=2**31 - 1, default=0,
        description="the same seed gives the same order",
    )  # fmt: skip

    def scan_axis(self) -> Axis:
        """Return the axis of repetitions."""
        return Axis("scan", "", tuple(float(k) for k in range(self.n_delay_scans)))

    def repeated_steps(self, stream: Stream, index: tuple[int, ...]) -> Iterator[Step]:
        """Yield all scans; the stream's last axes are scan and delay, the delay as the recipe lists it."""
        for scan, order in enumerate(self._orders()):
            delays_ps = [(k, self.delays_ps[k]) for k in order]
            yield from self.points(stream, (*index, scan), delays_ps)

    def _orders(self) -> Iterator[list[int]]:
        """Yield, for each scan, the places of the delays in the order in which they are measured."""
        rising = sorted(range(len(self.delays_ps)), key=self.delays_ps.__getitem__)
        shuffled = random.Random(self.delay_seed)
        for scan in range(self.n_delay_scans):
            if self.delay_order == RANDOM:
                yield shuffled.sample(rising, len(rising))
            elif self.delay_order == THERE_AND_BACK and scan % 2 == 1:
                yield rising[::-1]
            else:
                yield rising


class TimeZeroDelays(Camera):
    """A dense scan about time zero, for time zero and chirp."""

    time_zero_delays_ps = DelayListParameter(
        "Delays about time zero", units="ps", minimum=-100, maximum=100,
        default=["-1.5 to 1.5 step 0.1"],
        description="taken once, at the first potential and the highest fluence, for time zero and chirp",
    )  # fmt: skip

    def time_zero_stream(self, lab: Lab) -> Stream:
        """Return the stream of the scan."""
        axis = Axis("time_zero_ps", "ps", tuple(self.time_zero_delays_ps))
        return Stream("time_zero", TaPoint, "coherent artefact", (axis,), self.shots(lab))

    def time_zero_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the scan, at whatever fluence is set."""
        yield from self.points(streams["time_zero"], (), enumerate(self.time_zero_delays_ps))
