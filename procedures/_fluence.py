"""The pump: excitons per dot aimed at, the fluence that gives them, and its power measured."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from pymeasure.experiment import FloatParameter, IntegerParameter

from procedures._camera import PUMP
from procedures._parameters import FloatListParameter
from procedures._sample import OnSample
from qdlab.physics import excitons_per_dot
from qdlab.plan import Axis, PumpPower, ReadPower, SetFluence, SetLight, Step, Stream


class Fluence(OnSample):
    """Fluences by the excitons per dot they make; the power at each is measured."""

    TABLE = "transient_absorption"

    n_power_readings = IntegerParameter(
        "Power readings", minimum=2, maximum=10_000, default=10, description="averaged at each fluence"
    )

    @abstractmethod
    def aimed_n_x(self) -> list[float]:
        """Return <N_X> aimed at."""

    def fluences_cm2(self) -> tuple[float, ...]:
        """Return the J that give <N_X> = J sigma (1 - R), averaged over the film's depth."""
        about = {"reflectance": self.reflectance, "pump_absorbance": self.pump_absorbance}
        per_photon = float(excitons_per_dot(1.0, self.cross_section_cm2, **about))
        return tuple(n_x / per_photon for n_x in self.aimed_n_x())

    def fluence_axis(self) -> Axis:
        """Return the axis of fluences."""
        return Axis("fluence_cm2", "cm^-2", self.fluences_cm2())

    def pump_stream(self, potential: Axis) -> Stream:
        """Return the stream of measured powers."""
        return Stream("pump", PumpPower, "pump power", (potential, self.fluence_axis()))

    def fluence_steps(self, pump: Stream, i: int, j: int) -> Iterator[Step]:
        """Yield setting and measuring the j-th fluence at the i-th potential."""
        yield SetFluence(self.fluences_cm2()[j])
        yield SetLight(PUMP)
        yield ReadPower(pump.slot(i, j), self.n_power_readings)


class SeveralFluences(Fluence):
    """A series of fluences."""

    excitons_per_dot = FloatListParameter(
        "Excitons per dot", minimum=1e-6, maximum=100,
        default=[0.05, 0.15, 0.4, 0.8, 1.2, 1.6, 2.2, 4.0, 7.0],
        description="<N_X> aimed at; the fluence follows from the cross section, and its power is measured",
    )  # fmt: skip

    def aimed_n_x(self) -> list[float]:
        """Return <N_X> aimed at."""
        return list(self.excitons_per_dot)


class OneFluence(Fluence):
    """A single fluence."""

    excitons_per_dot = FloatParameter(
        "Excitons per dot", minimum=1e-6, maximum=100, default=0.5,
        description="<N_X> aimed at; the fluence follows from the cross section, and its power is measured",
    )  # fmt: skip

    def aimed_n_x(self) -> list[float]:
        """Return <N_X> aimed at."""
        return [self.excitons_per_dot]
