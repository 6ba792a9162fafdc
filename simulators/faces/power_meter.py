"""A simulated power meter behind the pinhole in the pump beam."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from qdlab.instruments import PowerMeter
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


class SimulatedPowerMeter(SimulatedInstrument, PowerMeter):
    """A photodiode meter: it counts photons, so its reading is off if told the wrong wavelength."""

    class Options(StrictOptions):
        """Options of the simulated power meter."""

        wavelength_low_nm: float = Field(350.0, gt=0.0)
        """Shortest wavelength it is calibrated for."""
        wavelength_high_nm: float = Field(1100.0, gt=0.0)
        """Longest wavelength it is calibrated for."""
        noise: float = Field(0.005, ge=0.0, le=1.0)
        """Relative scatter of readings (rms)."""
        floor_w: float = Field(1e-7, ge=0.0, le=1.0)
        """Scatter of readings without light (rms)."""
        reading_s: float = Field(0.1, ge=0.0, le=60.0)
        """Time of one reading."""
        ordered: ClassVar = (("wavelength_low_nm", "wavelength_high_nm"),)

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options
        self._wavelength_nm = world.options.pump.wavelength_nm

    @property
    def wavelength_nm(self) -> float:
        """Get the wavelength the reading is corrected for."""
        self._reach()
        return self._wavelength_nm

    def set_wavelength(self, wavelength_nm: float) -> None:
        """Correct further readings for this wavelength."""
        self._reach()
        calibrated = Range(self._options.wavelength_low_nm, self._options.wavelength_high_nm, "nm")
        self._wavelength_nm = calibrated.require(f"{self.name}: wavelength", wavelength_nm)

    def read_power_w(self) -> float:
        """Measure once."""
        world, options = self._reach(), self._options
        world.clock.sleep(options.reading_s)
        scatter, floor = world.noise("power").standard_normal(2)
        power_w = world.pump_power_w * world.options.pump.wavelength_nm / self._wavelength_nm
        return float(power_w * (1.0 + options.noise * scatter) + options.floor_w * floor)

    def make_safe(self) -> None:
        """Do nothing: it only looks."""
        self._reach()
