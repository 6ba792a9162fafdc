"""The camera: its dark level, and a point of shots at each delay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pymeasure.experiment import IntegerParameter

from procedures._experiment import Group, Streams
from qdlab.plan import (
    DARK,
    Axis,
    Lab,
    Light,
    MoveDelay,
    SelectProbe,
    SetLight,
    ShotSeries,
    Step,
    Stream,
    TakeShots,
)

CELL_OFF = Axis("potential_v", "V", (float("nan"),))
"""The potential axis of a sample that floats: one value, NaN."""

PUMP: Light = frozenset({"pump"})
PUMP_AND_PROBE: Light = frozenset({"pump", "probe"})


def reflected(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps with the reflected probe in the camera, and the transmitted one before and after."""
    yield SelectProbe("reflected")
    yield from steps
    yield SelectProbe("transmitted")


class Camera(Group):
    """How many shots make a point, and a dark level."""

    TABLE = "transient_absorption"

    n_shots = IntegerParameter(
        "Shots per point", minimum=2, maximum=10_000_000, default=200,
        description="an even number: half with the pump, half without",
    )  # fmt: skip
    n_dark_shots = IntegerParameter(
        "Dark shots", minimum=2, maximum=10_000_000, default=200,
        description="with both beams blocked; an even number",
    )  # fmt: skip

    def shots(self, lab: Lab) -> dict[str, int | Axis]:
        """Return the inner dimensions of a point."""
        return {"shot": self.n_shots, "wavelength": _camera_axis(lab)}

    def dark_stream(self, potential: Axis, lab: Lab) -> Stream:
        """Return the stream of dark levels, one for each potential."""
        inner: dict[str, int | Axis] = {"shot": self.n_dark_shots, "wavelength": _camera_axis(lab)}
        return Stream("ta_dark", ShotSeries, "camera without light", (potential,), inner)

    def dark_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield the camera's dark level at the i-th potential."""
        yield SetLight(DARK)
        yield TakeShots(streams["ta_dark"].slot(i), self.n_dark_shots)

    def points(
        self, stream: Stream, index: tuple[int, ...], delays_ps: Iterable[tuple[int, float]]
    ) -> Iterator[Step]:
        """Yield a move and shots for each delay, given with its place on the stream's last axis."""
        yield SetLight(PUMP_AND_PROBE)
        for k, delay_ps in delays_ps:
            yield MoveDelay(delay_ps)
            yield TakeShots(stream.slot(*index, k), self.n_shots)


def _camera_axis(lab: Lab) -> Axis:
    return Axis("wavelength_nm", "nm", lab.wavelengths_nm)
