"""A virtual laboratory with everything open, and ways to vary it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from qdlab.clock import VirtualClock
from qdlab.instruments import ShotBlock
from qdlab.plan import DelayLine
from simulators import (
    SimulatedAttenuator,
    SimulatedChopper,
    SimulatedDelayStage,
    SimulatedPotentiostat,
    SimulatedPowerMeter,
    SimulatedSpectrometer,
    SimulatedTADetector,
    World,
)


@dataclass
class Laboratory:
    """All simulated instruments, open."""

    world: World
    potentiostat: SimulatedPotentiostat
    stage: SimulatedDelayStage
    chopper: SimulatedChopper
    camera: SimulatedTADetector
    spectrometer: SimulatedSpectrometer
    attenuator: SimulatedAttenuator
    meter: SimulatedPowerMeter

    @property
    def clock(self) -> VirtualClock:
        assert isinstance(self.world.clock, VirtualClock)
        return self.world.clock

    def light(self, *paths: str) -> None:
        for path in ("lamp", "excitation", "pump", "probe"):
            self.world.set_open(path, path in paths)

    def charge(self, potential_v: float) -> None:
        self.potentiostat.hold(potential_v)
        self.potentiostat.set_cell(True)
        self.clock.sleep(100.0)

    def pump_probe(self, transmission: float) -> None:
        self.light("pump", "probe")
        self.chopper.start()
        self.attenuator.set_transmission(transmission)

    def point(self, delay_ps: float, n_shots: int) -> ShotBlock:
        """Return shots at a true delay."""
        probe = self.world.options.probe
        self.stage.start_move(DelayLine(probe.passes, probe.time_zero_mm).to_mm(delay_ps))
        self.stage.wait(60.0)
        self.camera.arm(n_shots)
        return self.camera.read(60.0)

    def delta_a(self, delay_ps: float, n_shots: int, dark_counts: float = 600.0) -> np.ndarray:
        """Return dA by the plainest road: the mean of the pumped over the mean of the unpumped shots."""
        block = self.point(delay_ps, n_shots)
        light = block.shots.astype(np.float64) - dark_counts
        return np.asarray(np.log10(light[~block.pump_on].mean(axis=0) / light[block.pump_on].mean(axis=0)))

    def absorbance(self, n_scans: int = 400) -> np.ndarray:
        """Return the film's absorbance against the blank, as the fibre spectrometer sees it."""
        self.light("lamp")
        self.spectrometer.set_integration(0.01)
        seen = {}
        for sample in ("blank", "film"):
            self.world.sample = sample
            seen[sample] = self.spectrometer.read(n_scans).counts.mean(axis=0) - 1500.0
        return np.asarray(-np.log10(seen["film"] / seen["blank"]))


FACES: dict[str, Any] = {
    "potentiostat": SimulatedPotentiostat,
    "stage": SimulatedDelayStage,
    "chopper": SimulatedChopper,
    "camera": SimulatedTADetector,
    "spectrometer": SimulatedSpectrometer,
    "attenuator": SimulatedAttenuator,
    "meter": SimulatedPowerMeter,
}


def open_laboratory(faces: dict[str, dict[str, Any]] | None = None, **world: Any) -> Laboratory:
    """Return an open laboratory with some options of its instruments and of the world changed."""
    here, options = World(World.Options.model_validate(world), VirtualClock()), faces or {}
    opened: dict[str, Any] = {
        name: face(name, face.Options(**options.get(name, {})), here) for name, face in FACES.items()
    }
    for instrument in opened.values():
        instrument.open()
    return Laboratory(here, **opened)
