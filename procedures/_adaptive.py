"""Adaptive maps: fluences and shots chosen from the results so far, as the thresholds need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pymeasure.experiment import FloatParameter, IntegerParameter, ListParameter

from procedures._camera import PUMP
from procedures._delays import DEFAULT
from procedures._experiment import Streams
from procedures._pump_probe import BOTH, TRANSMISSION, PumpProbeMap
from qdlab.plan import (
    DARK,
    Axis,
    Choose,
    Lab,
    MoveDelay,
    ReadPower,
    RunChopper,
    SetFluence,
    SetLight,
    Step,
    Stream,
    TakeShots,
    axis_to_choose,
    chosen_along,
)

GRID, ADAPTIVE = "grid", "adaptive"


class AdaptiveMap(PumpProbeMap):
    """A grid of fluences, or fluences and shots as the thresholds need them.

    The fluences of the grid then only say how high to go. Every chosen fluence is measured at all delays,
    with `n_shots` each; the delays that decide on the threshold are repeated as often as it takes.
    """

    TABLE = "adaptive"

    strategy = ListParameter(
        "Strategy", choices=(GRID, ADAPTIVE), default=GRID,
        description="every fluence of the list, or those that the thresholds need",
    )  # fmt: skip
    interval_width = FloatParameter(
        "Interval wanted", minimum=1e-4, maximum=10, default=0.05,
        description="width of each threshold's 68 % interval, in excitons per dot, that is enough",
    )  # fmt: skip
    most_fluences = IntegerParameter(
        "Fluences at most", minimum=2, maximum=100, default=6, description="at each potential"
    )
    most_repeats = IntegerParameter(
        "Repeats at most", minimum=1, maximum=1000, default=10,
        description="of the delays that decide, at each fluence, n_shots each",
    )  # fmt: skip
    most_time_s = FloatParameter(
        "Beam time at most", units="s", minimum=0, maximum=1e7, default=36_000,
        description="of all pump-probe measurements, shared among the potentials",
    )  # fmt: skip
    most_map_shots = IntegerParameter(
        "Shots at most", minimum=0, maximum=1_000_000_000, default=100_000_000,
        description="of the whole map, shared among the potentials",
    )  # fmt: skip
    most_photons_cm2 = FloatParameter(
        "Pump dose at most", units="cm^-2", minimum=0, maximum=1e30, default=1e24,
        description="photons on the film in the whole map, shared among the potentials",
    )  # fmt: skip

    @property
    def adaptive(self) -> bool:
        """Whether fluences are chosen as the run goes."""
        return str(self.strategy) == ADAPTIVE

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant."""
        yield from super().contradictions()
        if self.adaptive and not (self.before() and self.about_gain()):
            yield (
                "transient_absorption.delays_ps: an adaptive map needs delays before "
                f"{DEFAULT.background_before_ps:g} ps, and some on either side of "
                f"{DEFAULT.gain_delay_ps:g} ps, where gain is judged"
            )
        if self.adaptive and self.probed == BOTH:
            yield (
                f"transient_absorption.probed = {BOTH!r}: a map that chooses its fluences is probed in "
                f"{TRANSMISSION} alone"
            )

    def fluence_axis(self) -> Axis:
        """Return the axis of fluences, which the run chooses if it is adaptive."""
        if self.adaptive:
            return axis_to_choose("fluence_cm2", "cm^-2", self.most_fluences)
        return super().fluence_axis()

    def delay_axis(self) -> Axis:
        """Return the axis of delays; those that decide come again at its end, once for each repeat."""
        if not self.adaptive:
            return super().delay_axis()
        again = [self.delays_ps[k] for k in self.deciding()]
        return Axis("delay_ps", "ps", (*self.delays_ps, *again * (self.most_repeats - 1)))

    def deciding(self) -> list[int]:
        """Return the places of all delays that may be repeated."""
        return [*self.before(), *self.about_gain(), *self.late()]

    def map_streams(self, potential: Axis, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of the map, and the fluences it chooses."""
        yield from super().map_streams(potential, lab)
        if self.adaptive:
            yield chosen_along(potential, self.fluence_axis())

    def map_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield all of the i-th potential; of an adaptive map, the most it can come to."""
        if not self.adaptive:
            yield from super().map_steps(streams, i)
            return
        yield from self.begin_steps(streams, i)
        highest, lowest = max(self.fluences_cm2()), min(self.fluences_cm2())
        for j in range(self.most_fluences):
            share = j / (self.most_fluences - 1)
            fluence_cm2 = highest ** (1.0 - share) * lowest**share
            n_readings = self.n_power_readings
            yield Choose(streams["chosen_fluence_cm2"].slot(i, j), fluence_cm2)
            yield from self.fluence_scan(streams, i, j, fluence_cm2, n_readings=n_readings, back=False)
        for j in range(self.most_fluences):
            places = [(k, r) for k in self.deciding() for r in range(1, self.most_repeats)]
            yield from self.repeat_steps(streams, i, j, highest, places)
        yield from self.end_steps()

    def begin_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield what comes before the fluences of a potential; time zero is found at the first one."""
        yield from self.dark_steps(streams, i)
        yield RunChopper(running=True)
        if i == 0:
            yield SetFluence(max(self.fluences_cm2()))
            yield from self.time_zero_steps(streams)

    def end_steps(self) -> Iterator[Step]:
        """Yield what comes after them."""
        yield SetLight(DARK)
        yield RunChopper(running=False)

    def fluence_scan(
        self, streams: Streams, i: int, j: int, fluence_cm2: float, *, n_readings: int, back: bool
    ) -> Iterator[Step]:
        """Yield setting and measuring a fluence, and all delays in their order, or `back`."""
        yield SetFluence(fluence_cm2)
        yield SetLight(PUMP)
        yield ReadPower(streams["pump"].slot(i, j), n_readings)
        in_turn = list(enumerate(self.delays_ps))
        yield from self.points(streams["ta"], (i, j), reversed(in_turn) if back else in_turn)

    def repeat_steps(
        self, streams: Streams, i: int, j: int, fluence_cm2: float, places: Iterable[tuple[int, int]]
    ) -> Iterator[Step]:
        """Yield more shots at a fluence that was measured; `places`: delay, and which repeat of it."""
        yield SetFluence(fluence_cm2)
        for k, repeat in places:
            yield MoveDelay(self.delays_ps[k])
            yield TakeShots(streams["ta"].slot(i, j, self._place(k, repeat)), self.n_shots)

    def _place(self, k: int, repeat: int) -> int:
        """Return where on the axis of delays the repeat of a delay stands; the first time is repeat 0."""
        deciding = self.deciding()
        first = len(self.delays_ps) + (repeat - 1) * len(deciding)
        return k if repeat == 0 else first + deciding.index(k)
