"""The one physical world behind all simulated instruments, on one clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.clock import Clock
from qdlab.plan import LIGHT_PATHS, DelayLine, ProbeBeam, PumpBeam, SamplePosition
from simulators.world.cell import Cell
from simulators.world.faults import (
    JAMMED_MM_S,
    LATE_PUMP_PS,
    LEFT_OF_BLEACHED_FILM,
    LEFT_OF_WEAK_PUMP,
    ROOM_ELECTRONS,
    ROOM_ELECTRONS_PER_S,
    SLIP_MM,
    Faults,
    slips,
)
from simulators.world.motion import Motion
from simulators.world.optics import lamp_light, white_light
from simulators.world.options import WorldOptions
from simulators.world.pump_probe import PumpProbe
from simulators.world.truth import truth

Spectrum = NDArray[np.float64]

_NOISES = ("pulse", "camera", "lamp", "spectrometer", "cell", "power")
CHOPPER_DIVISOR = 2
"""A turning blade lets through the laser pulses with even numbers."""


@dataclass(frozen=True, slots=True)
class ProbeLight:
    """Mean photo-electrons per camera pixel and shot: without, and with the pump on the sample."""

    unpumped: Spectrum
    pumped: Spectrum


class World:
    """The laboratory as it is: film, cell, light and time.

    Instruments turn its knobs and look at it; it knows nothing of bytes, displays or limits. It follows the
    clock whenever it is asked. Knobs: `cell`, `stage`, `sample`, `probe_beam`, `transmission`,
    `chopper_running`, the light paths, and `faults`.
    """

    Options = WorldOptions

    def __init__(self, options: WorldOptions, clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.faults: Faults = set(options.faults)
        self.cell = Cell(options.cell, clock.now_s, self.faults)
        self._stage = Motion(0.0, 0.0, clock.now_s, velocity_mm_s=1.0)
        self.sample: SamplePosition = "film"
        self.probe_beam: ProbeBeam = "transmitted"
        self.transmission = 0.0
        self.chopper_running = False
        self._open_since_s: dict[str, float | None] = dict.fromkeys(LIGHT_PATHS)
        self._pumped_s = 0.0
        self._views: dict[bytes, PumpProbe] = {}
        seeds = np.random.SeedSequence(_entropy(options.seed, clock.now_s)).spawn(len(_NOISES))
        self._noise = {name: np.random.default_rng(seed) for name, seed in zip(_NOISES, seeds, strict=True)}

    def noise(self, source: str) -> np.random.Generator:
        """Return the random numbers of one source of noise; each source has its own."""
        return self._noise[source]

    @property
    def stage(self) -> Motion:
        """The delay stage's last move."""
        return self._stage

    @stage.setter
    def stage(self, move: Motion) -> None:
        """Begin a move; a jammed carriage hardly does, a slipping one stops short."""
        if "stuck_stage" in self.faults:
            move = replace(move, velocity_mm_s=JAMMED_MM_S)
        if "slipping_stage" in self.faults and move.target_mm != move.start_mm:
            move = replace(move, target_mm=move.target_mm - SLIP_MM)
        self._stage = move

    @property
    def chopper_locked(self) -> bool:
        """Whether the turning blade follows the laser."""
        return self.chopper_running and "lost_chopper_lock" not in self.faults

    def is_open(self, path: str) -> bool:
        """Whether a light path is open."""
        return self._open_since_s[path] is not None

    def set_open(self, path: str, is_open: bool) -> None:
        """Open or close a light path, and remember how long the pump has been on the film."""
        since_s = self._open_since_s[path]
        if path == "pump" and since_s is not None:
            self._pumped_s += self.clock.now_s - since_s
        self._open_since_s[path] = self.clock.now_s if is_open else None

    @property
    def delay_ps(self) -> float:
        """Pump-probe delay where the chirp is zero."""
        line = DelayLine(self.options.probe.passes, self.options.probe.time_zero_mm)
        late_ps = LATE_PUMP_PS if "shifted_time_zero" in self.faults else 0.0
        return line.to_ps(self.stage.position_mm(self.clock.now_s)) - late_ps

    @property
    def fluence_cm2(self) -> float:
        """Pump photons per cm^2 and pulse on the sample, those that the chopper lets through."""
        if not self.is_open("pump") or "pump_lost" in self.faults:
            return 0.0
        left = LEFT_OF_WEAK_PUMP if "weak_pump" in self.faults else 1.0
        return left * self.transmission * self.options.pump.full_fluence_cm2

    @property
    def pulse_number(self) -> int:
        """Running number of the laser pulse nearest to now."""
        return round(self.clock.now_s * self.options.pump.laser_rate_hz)

    def pump_passes(self, pulses: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Whether the chopper lets these pulses through; a standing blade stands open."""
        if not self.chopper_running:
            return np.ones(pulses.shape, dtype=np.bool_)
        gate = pulses if self.chopper_locked else pulses + slips(pulses)
        return np.asarray(gate % CHOPPER_DIVISOR == 0)

    @property
    def pump_power_w(self) -> float:
        """Mean power behind the pinhole at the sample."""
        pump = self.options.pump
        rate_hz = pump.laser_rate_hz / (CHOPPER_DIVISOR if self.chopper_running else 1)
        beam = PumpBeam(pump.wavelength_nm, pump.pinhole_radius_mm, rate_hz, pump.full_fluence_cm2)
        return beam.power_w(self.fluence_cm2)

    def probe_light(self, wavelengths_nm: Spectrum) -> ProbeLight:
        """Return what now reaches a camera: through the sample, or reflected at its front."""
        view, fluence_cm2 = self._view(wavelengths_nm), self.fluence_cm2
        light = 0.0 * wavelengths_nm
        if self.is_open("probe") and "probe_lost" not in self.faults:
            light = self.options.probe.electrons * white_light(wavelengths_nm)
        added = view.artefact(self.delay_ps, fluence_cm2)
        if self.probe_beam == "reflected":
            light = self.options.film.probe_reflectance * light
        if self.sample == "film":
            n_1s, change = self.cell.n_1s(self.clock.now_s), view.transient
            if self.probe_beam == "reflected":
                change = view.transient_reflection
            else:
                light = light * 10.0 ** (-self._dots_left * view.absorbance(n_1s))
            added = added + self._dots_left * change(n_1s, self.delay_ps, fluence_cm2)
        scatter = self.options.pump.scatter_electrons * self.transmission if self.is_open("pump") else 0.0
        room = ROOM_ELECTRONS if "room_light" in self.faults else 0.0
        return ProbeLight(unpumped=light + room, pumped=light * 10.0**-added + scatter + room)

    def fibre_light(self, wavelengths_nm: Spectrum) -> Spectrum:
        """Return the mean photo-electrons per pixel and second that now reach a fibre spectrometer."""
        fibre, view, n_1s = self.options.fibre, self._view(wavelengths_nm), self.cell.n_1s(self.clock.now_s)
        light = np.zeros_like(wavelengths_nm)
        if self.is_open("lamp") and "lamp_lost" not in self.faults:
            light += fibre.lamp_electrons_per_s * lamp_light(wavelengths_nm)
        if self.sample == "film":
            light *= 10.0 ** (-self._dots_left * view.absorbance(n_1s))
            if self.is_open("excitation"):
                light += self._dots_left * fibre.pl_electrons_per_s * view.emission(n_1s)
        room = ROOM_ELECTRONS_PER_S if "room_light" in self.faults else 0.0
        return light * (1.0 + fibre.drift_per_hour * self.clock.now_s / 3600.0) + room

    def truth(self) -> dict[str, Any]:
        """Return all options and what follows from them, as plain data."""
        return truth(self.options)

    @property
    def _dots_left(self) -> float:
        """Share of the dots that are not destroyed."""
        since_s = self._open_since_s["pump"]
        pumped_s = self._pumped_s + (0.0 if since_s is None else self.clock.now_s - since_s)
        left = LEFT_OF_BLEACHED_FILM if "bleached_film" in self.faults else 1.0
        return left * float(np.exp(-self.options.film.bleaching_per_hour * pumped_s / 3600.0))

    def _view(self, wavelengths_nm: Spectrum) -> PumpProbe:
        """Return the film on a wavelength axis, worked out once for each axis."""
        key = wavelengths_nm.tobytes()
        if key not in self._views:
            self._views[key] = PumpProbe(self.options, wavelengths_nm)
        return self._views[key]


def _entropy(seed: int, now_s: float) -> int | list[int]:
    """Return what noise is made from: a run that is resumed meets other noise than it began with."""
    return seed if now_s < 1.0 else [seed, int(now_s)]
