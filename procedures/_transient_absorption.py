"""Transient absorption: fluences aimed at and measured, delays, shots, and a dense scan about time zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pymeasure.experiment import IntegerParameter

from procedures._experiment import Group
from procedures._parameters import FloatListParameter
from qdlab.physics import excitons_per_dot
from qdlab.plan import (
    DARK,
    Axis,
    Lab,
    MoveDelay,
    PumpPower,
    ReadPower,
    Sample,
    SetFluence,
    SetLight,
    ShotSeries,
    Step,
    Stream,
    TakeShots,
    TaPoint,
)


class TransientAbsorption(Group):
    """Pump-probe points over fluence and delay."""

    TABLE = "transient_absorption"

    excitons_per_dot = FloatListParameter(
        "Excitons per dot", minimum=1e-6, maximum=100,
        default=[0.05, 0.15, 0.4, 0.8, 1.2, 1.6, 2.2, 4.0, 7.0],
        description="<N_X> aimed at; the fluence follows from the cross section, and its power is measured",
    )  # fmt: skip
    delays_ps = FloatListParameter(
        "Delays", units="ps", minimum=-1e4, maximum=1e5,
        default=[-5, -4, -3, 3, 5, 7, 10, 30, 100, 300, 1000, 2500],
        description="pump-probe delays at every potential and fluence",
    )  # fmt: skip
    time_zero_delays_ps = FloatListParameter(
        "Delays about time zero", units="ps", minimum=-100, maximum=100,
        default=[round(-1.5 + 0.1 * k, 3) for k in range(31)],
        description="taken once, at the highest fluence on the neutral film, for time zero and chirp",
    )  # fmt: skip
    n_shots = IntegerParameter(
        "Shots per point", minimum=2, maximum=10_000_000, default=200,
        description="an even number: half with the pump, half without",
    )  # fmt: skip
    n_dark_shots = IntegerParameter(
        "Dark shots", minimum=2, maximum=10_000_000, default=200,
        description="with both beams blocked; an even number",
    )  # fmt: skip
    n_power_readings = IntegerParameter(
        "Power readings", minimum=2, maximum=10_000, default=10, description="averaged at each fluence"
    )

    def fluences_cm2(self, sample: Sample) -> tuple[float, ...]:
        """Return the J that give <N_X> = J sigma (1 - R), averaged over the film's depth."""
        about = {"reflectance": sample.reflectance, "pump_absorbance": sample.pump_absorbance}
        per_photon = float(excitons_per_dot(1.0, sample.cross_section_cm2, **about))
        return tuple(n_x / per_photon for n_x in self.excitons_per_dot)

    def ta_streams(self, potential: Axis, sample: Sample, lab: Lab) -> Iterator[Stream]:
        """Yield dark level, pump power, the scan about time zero and the map."""
        camera = Axis("wavelength_nm", "nm", lab.wavelengths_nm)
        fluence = Axis("fluence_cm2", "cm^-2", self.fluences_cm2(sample))
        delay = Axis("delay_ps", "ps", tuple(self.delays_ps))
        zero = Axis("time_zero_ps", "ps", tuple(self.time_zero_delays_ps))
        dark = {"shot": self.n_dark_shots, "wavelength": camera}
        shots = {"shot": self.n_shots, "wavelength": camera}
        yield Stream("ta_dark", ShotSeries, "camera without light", (potential,), dark)
        yield Stream("pump", PumpPower, "pump power", (potential, fluence))
        yield Stream("time_zero", TaPoint, "coherent artefact", (zero,), shots)
        yield Stream("ta", TaPoint, "transient absorption", (potential, fluence, delay), shots)

    def dark_steps(self, streams: Mapping[str, Stream], i: int) -> Iterator[Step]:
        """Yield the camera's dark level."""
        yield SetLight(DARK)
        yield TakeShots(streams["ta_dark"].slot(i), self.n_dark_shots)

    def time_zero_steps(self, streams: Mapping[str, Stream], sample: Sample) -> Iterator[Step]:
        """Yield the dense scan at the highest fluence."""
        yield SetFluence(max(self.fluences_cm2(sample)))
        yield from self.delay_scan(streams["time_zero"], (), self.time_zero_delays_ps)

    def fluence_series_steps(self, streams: Mapping[str, Stream], i: int, sample: Sample) -> Iterator[Step]:
        """Yield, for each fluence, its measurement and a scan of the delays."""
        for j, fluence_cm2 in enumerate(self.fluences_cm2(sample)):
            yield SetFluence(fluence_cm2)
            yield SetLight(frozenset({"pump"}))
            yield ReadPower(streams["pump"].slot(i, j), self.n_power_readings)
            yield from self.delay_scan(streams["ta"], (i, j), self.delays_ps)

    def delay_scan(self, points: Stream, index: tuple[int, ...], delays_ps: list[float]) -> Iterator[Step]:
        """Yield a move and shots for each delay; the stream's last axis is the delay."""
        yield SetLight(frozenset({"pump", "probe"}))
        for k, delay_ps in enumerate(delays_ps):
            yield MoveDelay(delay_ps)
            yield TakeShots(points.slot(*index, k), self.n_shots)
