"""A simulated transient-absorption camera."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from qdlab.errors import InstrumentStateError
from qdlab.instruments import ShotBlock, TADetector
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import ProbeLight, Sensor, StrictOptions, World
from simulators.world.faults import struck_by_fault


@dataclass(frozen=True, slots=True)
class _Block:
    """Shots being taken, of the laboratory as it stood when the camera was armed."""

    pulses: NDArray[np.uint64]
    tags: NDArray[np.bool_]
    pumped: NDArray[np.bool_]
    light: ProbeLight
    end_s: float


class SimulatedTADetector(SimulatedInstrument, TADetector):
    """A line camera read out at every laser pulse.

    Its tag is what a photodiode behind the turning chopper says: the gate was open. Where the pump's shutter
    is closed such a shot is tagged all the same; where the blade stands, none is.
    """

    class Options(StrictOptions):
        """Options of the simulated camera."""

        n_pixels: int = Field(1024, ge=2, le=65_536)
        """Pixels of the line."""
        wavelength_low_nm: float = Field(480.0, gt=0.0)
        """Wavelength of the first pixel."""
        wavelength_high_nm: float = Field(700.0, gt=0.0)
        """Wavelength of the last pixel."""
        electrons_per_count: float = Field(6.25, gt=0.0)
        """Photo-electrons that make one count."""
        dark_counts: float = Field(600.0, ge=0.0)
        """Counts without light."""
        read_noise_electrons: float = Field(30.0, ge=0.0)
        """Read noise of a pixel (rms)."""
        saturation_counts: int = Field(65_535, ge=1, le=65_535)
        """Counts at which a pixel is full."""
        odd_shot_counts: float = Field(1.5, ge=-1000.0, le=1000.0)
        """Counts that the second of two interleaved converters adds to every odd shot."""
        max_shots: int = Field(100_000, ge=1)
        """Shots its memory holds."""
        ordered: ClassVar = (("wavelength_low_nm", "wavelength_high_nm"),)

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options
        self._wavelengths_nm = np.linspace(
            options.wavelength_low_nm, options.wavelength_high_nm, options.n_pixels
        )
        self._sensor = Sensor(
            options.electrons_per_count,
            options.dark_counts,
            options.read_noise_electrons,
            options.saturation_counts,
        )
        self._block: _Block | None = None
        self._next_pulse = 0

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Get the wavelength of each pixel."""
        return self._wavelengths_nm

    @property
    def saturation_counts(self) -> int:
        """Get the counts at which a pixel is full."""
        return self._options.saturation_counts

    @property
    def shot_rate_hz(self) -> float:
        """Get the read-outs per second: one for each laser pulse."""
        return self._world.options.pump.laser_rate_hz

    def arm(self, n_shots: int) -> None:
        """Start with the next laser pulse."""
        world = self._reach()
        if self._block is not None:
            raise InstrumentStateError(f"{self.name}: armed already; read() the shots or make_safe() first")
        Range(1, self._options.max_shots, "shots").require(f"{self.name}: block", n_shots)
        first = max(world.pulse_number, self._next_pulse)
        self._next_pulse = first + n_shots
        pulses = np.arange(first, first + n_shots, dtype=np.uint64)
        pumped = world.pump_passes(pulses)
        tags = pumped & world.chopper_running
        lasting_s = math.inf if "laser_lost" in world.faults else n_shots / self.shot_rate_hz
        end_s = world.clock.now_s + lasting_s
        self._block = _Block(pulses, tags, pumped, world.probe_light(self._wavelengths_nm), end_s)

    def read(self, timeout_s: float) -> ShotBlock:
        """Wait for the last shot; after a timeout the shots can still be read."""
        self._reach()
        if self._block is None:
            raise InstrumentStateError(f"{self.name}: no shots to read; arm() it first")
        self._wait(self._block.end_s, timeout_s, f"block of {self._block.pulses.size} shots")
        block, self._block = self._block, None
        return self._spoiled(ShotBlock(self._expose(block), block.tags, block.pulses))

    def make_safe(self) -> None:
        """End an acquisition; its shots are lost."""
        self._reach()
        self._block = None

    def _spoiled(self, block: ShotBlock) -> ShotBlock:
        """Return the block as the faults that are on leave it."""
        faults, struck = self._reach().faults, struck_by_fault(block.sequence)
        shots, tags, pulses = block.shots, block.pump_on, block.sequence
        if "saturated_frame" in faults:
            shots[struck] = self.saturation_counts
        if "flipped_pump_flag" in faults:
            tags = tags ^ struck
        if "missing_frame" in faults:
            shots, tags, pulses = shots[~struck], tags[~struck], pulses[~struck]
        return ShotBlock(shots, tags, pulses)

    def _expose(self, block: _Block) -> NDArray[np.uint16]:
        world = self._reach()
        pulse_noise = world.options.probe.pulse_noise
        energy = 1.0 + pulse_noise * world.noise("pulse").standard_normal((block.pulses.size, 1))
        states = np.stack([block.light.unpumped, block.light.pumped]).astype(np.float32)
        electrons = states[block.pumped.astype(np.intp)]
        electrons *= np.clip(energy, 0.0, None).astype(np.float32)
        offset_counts = self._options.odd_shot_counts * (block.pulses % 2)
        return self._sensor.counts(electrons, world.noise("camera"), offset_counts)
