"""PumpCalibration: what the attenuator really lets through, by the power behind the pinhole."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import IntegerParameter

from procedures._camera import PUMP
from procedures._experiment import Experiment, Streams
from procedures._parameters import FloatListParameter
from procedures._sample import OnSample
from qdlab.plan import (
    DARK,
    Axis,
    Lab,
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

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        setting = Axis("transmission_asked", "", tuple(self.transmissions))
        yield Stream("calibration", PumpPower, "pump power over the attenuator's setting", (setting,))

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order."""
        yield RunChopper(running=True)
        yield SetLight(PUMP)
        for k, transmission in enumerate(self.transmissions):
            yield SetFluence(transmission * lab.pump_beam.full_fluence_cm2)
            yield ReadPower(streams["calibration"].slot(k), self.n_power_readings)
        yield SetLight(DARK)
        yield RunChopper(running=False)
