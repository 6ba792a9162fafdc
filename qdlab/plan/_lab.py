"""The laboratory as a plan sees it: ranges, rates and optics, known without opening anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qdlab.limits import Range

SPEED_OF_LIGHT_MM_PS = 0.299792458
PLANCK_J_S = 6.62607015e-34
SPEED_OF_LIGHT_M_S = 299792458.0


@dataclass(frozen=True, slots=True)
class DelayLine:
    """The optics on the delay stage: `passes` over the travel, and where pump and probe coincide.

    A retro-reflector is two passes: 1 ps is 0.149896 mm.
    """

    passes: int
    zero_mm: float

    def to_mm(self, delay_ps: float) -> float:
        """Return the stage position at which the probe comes `delay_ps` after the pump."""
        return self.zero_mm + delay_ps * SPEED_OF_LIGHT_MM_PS / self.passes

    def to_ps(self, position_mm: float) -> float:
        """Return the delay at a stage position."""
        return (position_mm - self.zero_mm) * self.passes / SPEED_OF_LIGHT_MM_PS


@dataclass(frozen=True, slots=True)
class PumpBeam:
    """The pump at the sample: how a power through the pinhole becomes photons per area and pulse."""

    wavelength_nm: float
    pinhole_radius_mm: float
    pulse_rate_hz: float
    full_fluence_cm2: float

    @property
    def pinhole_area_cm2(self) -> float:
        """Area of the pinhole."""
        return math.pi * (self.pinhole_radius_mm / 10.0) ** 2

    @property
    def photon_energy_j(self) -> float:
        """Energy of one pump photon."""
        return PLANCK_J_S * SPEED_OF_LIGHT_M_S / (self.wavelength_nm * 1e-9)

    def fluence_cm2(self, power_w: float) -> float:
        """Return J = E / (pi r^2 h nu), E the power over the rate of pulses that reach the sensor.

        `pulse_rate_hz` counts only those pulses: half the laser's rate behind the chopper (physics: the
        classic mistake is a factor of two here).
        """
        return power_w / self.pulse_rate_hz / self.pinhole_area_cm2 / self.photon_energy_j

    def power_w(self, fluence_cm2: float) -> float:
        """Return the power that `fluence_cm2` would give through the pinhole."""
        return fluence_cm2 * self.pulse_rate_hz * self.pinhole_area_cm2 * self.photon_energy_j


@dataclass(frozen=True, slots=True)
class Lab:
    """What a plan needs to know of a bench before it moves: limits to keep, and how long things take.

    `roles` names the instruments that are there; what is not there sets no limit and takes no time.
    `scan_...` is what an instrument does that scans its own delays.
    """

    name: str
    roles: frozenset[str]
    potential: Range
    delay: Range
    transmission: Range
    integration: Range
    delay_line: DelayLine
    pump_beam: PumpBeam
    stage_velocity_mm_s: float
    shot_rate_hz: float
    shutter_s: float
    chopper_s: float
    attenuator_s: float
    power_reading_s: float
    saturation_counts: int
    spectrometer_saturation_counts: int
    wavelengths_nm: tuple[float, ...]
    spectrometer_nm: tuple[float, ...]
    scan_s: float = 0.0
    scan_delays_ps: tuple[float, ...] = ()
    scan_nm: tuple[float, ...] = ()
