"""PumpCalibration: what the attenuator really lets through, by the power behind the pinhole."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import IntegerParameter

from procedures._experiment import Experiment
from procedures._parameters import FloatListParameter
from procedures._sample import OnSample
from qdlab.plan import (
    DARK,
    Axis,
    Lab,
    Plan,
    PumpPower,
    ReadPower,
    RunChopper,
    SetFluence,
    SetLight,
    Step,
    Stream,
)


class PumpCalibration(OnSample, Experiment):
    """Power over the attenuator's setting, pump chopped, power meter where the sample will be.

    For a rotator whose calibration is not known yet, give its driver the two ends of its travel as
    `calibration`: settings then are shares of the angle, and the file holds angle and power.
    """

    TABLE = "calibration"

    transmissions = FloatListParameter(
        "Transmissions", minimum=0, maximum=1,
        default=[1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        description="settings of the attenuator, as its present calibration has them",
    )  # fmt: skip
    n_power_readings = IntegerParameter(
        "Power readings", minimum=2, maximum=10_000, default=20, description="averaged at each setting"
    )

    def plan(self, lab: Lab) -> Plan:
        """Unroll the parameters into a plan for this laboratory; nothing is opened."""
        setting = Axis("transmission_asked", "", tuple(self.transmissions))
        pump = Stream("calibration", PumpPower, "pump power over the attenuator's setting", (setting,))
        return Plan(
            title=self.title,
            procedure=type(self).__name__,
            parameters=self.values(),
            sample=self.sample(),
            streams=(pump,),
            steps=tuple(self._steps(pump, lab.pump_beam.full_fluence_cm2)),
        )

    def _steps(self, pump: Stream, full_cm2: float) -> Iterator[Step]:
        yield RunChopper(running=True)
        yield SetLight(frozenset({"pump"}))
        for k, transmission in enumerate(self.transmissions):
            yield SetFluence(transmission * full_cm2)
            yield ReadPower(pump.slot(k), self.n_power_readings)
        yield SetLight(DARK)
        yield RunChopper(running=False)
