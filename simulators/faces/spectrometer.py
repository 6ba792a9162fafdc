"""A simulated fibre spectrometer."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from qdlab.instruments import ScanBlock, Spectrometer
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import Sensor, StrictOptions, World


class SimulatedSpectrometer(SimulatedInstrument, Spectrometer):
    """A 2048 pixel spectrometer with 16 bit: a modern relative of the paper's USB2000."""

    class Options(StrictOptions):
        """Options of the simulated spectrometer."""

        n_pixels: int = Field(2048, ge=2, le=65_536)
        """Pixels of the sensor."""
        wavelength_low_nm: float = Field(350.0, gt=0.0)
        """Wavelength of the first pixel."""
        wavelength_high_nm: float = Field(1000.0, gt=0.0)
        """Wavelength of the last pixel."""
        integration_low_s: float = Field(0.001, gt=0.0)
        """Shortest integration time."""
        integration_high_s: float = Field(10.0, gt=0.0)
        """Longest integration time."""
        electrons_per_count: float = Field(0.92, gt=0.0)
        """Photo-electrons that make one count; 65 535 counts are a full well of 60 000."""
        dark_counts: float = Field(1500.0, ge=0.0)
        """Counts without light."""
        read_noise_electrons: float = Field(25.0, ge=0.0)
        """Read noise of a pixel (rms)."""
        saturation_counts: int = Field(65_535, ge=1, le=65_535)
        """Counts at which a pixel is full."""
        ordered: ClassVar = (
            ("wavelength_low_nm", "wavelength_high_nm"),
            ("integration_low_s", "integration_high_s"),
        )

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options
        self._integration_s = options.integration_low_s
        self._wavelengths_nm = np.linspace(
            options.wavelength_low_nm, options.wavelength_high_nm, options.n_pixels
        )
        self._sensor = Sensor(
            options.electrons_per_count,
            options.dark_counts,
            options.read_noise_electrons,
            options.saturation_counts,
        )

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Get the wavelength of each pixel."""
        return self._wavelengths_nm

    @property
    def saturation_counts(self) -> int:
        """Get the counts at which a pixel is full."""
        return self._options.saturation_counts

    @property
    def integration_range(self) -> Range:
        """Get the integration times that may be asked for."""
        return Range(self._options.integration_low_s, self._options.integration_high_s, "s")

    @property
    def integration_s(self) -> float:
        """Get the integration time in use."""
        self._reach()
        return self._integration_s

    def set_integration(self, integration_s: float) -> None:
        """Set the integration time of one scan."""
        self._reach()
        self._integration_s = self.integration_range.require(f"{self.name}: integration time", integration_s)

    def read(self, n_scans: int) -> ScanBlock:
        """Take scans one after another; what changes meanwhile is taken to change evenly over the scans."""
        world, scan_s = self._reach(), self._integration_s
        Range(1, 100_000, "scans").require(f"{self.name}: block", n_scans)
        time_s = world.clock.now_s + scan_s * np.arange(n_scans, dtype=np.float64)
        first = world.fibre_light(self._wavelengths_nm) * scan_s
        world.clock.sleep(n_scans * scan_s)
        last = world.fibre_light(self._wavelengths_nm) * scan_s
        progress = ((np.arange(n_scans) + 0.5) / n_scans)[:, np.newaxis]
        noise = world.options.fibre.noise * world.noise("lamp").standard_normal((n_scans, 1))
        electrons = (first + progress * (last - first)) * np.clip(1.0 + noise, 0.0, None)
        counts = self._sensor.counts(electrons.astype(np.float32), world.noise("spectrometer"))
        return ScanBlock(time_s, counts)

    def make_safe(self) -> None:
        """Do nothing: no acquisition outlives read()."""
        self._reach()
