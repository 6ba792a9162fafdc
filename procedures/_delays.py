"""Pump-probe delays: those of the map, and dense ones about time zero."""

from __future__ import annotations

from collections.abc import Iterator

from procedures._camera import Camera
from procedures._experiment import Streams
from procedures._parameters import DelayListParameter
from qdlab.plan import Axis, Lab, Step, Stream, TaPoint


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


class TimeZeroDelays(Camera):
    """A dense scan about time zero, for time zero and chirp."""

    time_zero_delays_ps = DelayListParameter(
        "Delays about time zero", units="ps", minimum=-100, maximum=100,
        default=["-1.5 to 1.5 step 0.1"],
        description="taken once, at the highest fluence on the neutral film, for time zero and chirp",
    )  # fmt: skip

    def time_zero_stream(self, lab: Lab) -> Stream:
        """Return the stream of the scan."""
        axis = Axis("time_zero_ps", "ps", tuple(self.time_zero_delays_ps))
        return Stream("time_zero", TaPoint, "coherent artefact", (axis,), self.shots(lab))

    def time_zero_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the scan, at whatever fluence is set."""
        yield from self.points(streams["time_zero"], (), enumerate(self.time_zero_delays_ps))
