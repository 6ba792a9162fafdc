"""What holds for every power meter."""

from __future__ import annotations

import math
from typing import ClassVar

import pytest

from qdlab.errors import LimitError
from qdlab.instruments import PowerMeter
from qdlab.testing._instrument import InstrumentContract, Uses


class PowerMeterContract(InstrumentContract):
    """Contract of a PowerMeter; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = PowerMeter
    wavelength_nm: ClassVar[float] = 400.0
    """A wavelength it is calibrated for."""

    def uses(self, instrument: PowerMeter) -> Uses:
        """Return what must be refused while the power meter is closed."""
        return super().uses(instrument) | {
            "wavelength_nm": lambda: instrument.wavelength_nm,
            "set_wavelength": lambda: instrument.set_wavelength(self.wavelength_nm),
            "read_power_w": instrument.read_power_w,
        }

    def test_reads_back_its_wavelength(self, opened: PowerMeter) -> None:
        """What is set is used."""
        for wavelength_nm in (self.wavelength_nm, self.wavelength_nm + 100.0):
            opened.set_wavelength(wavelength_nm)
            assert opened.wavelength_nm == pytest.approx(wavelength_nm, abs=1.0)

    @pytest.mark.parametrize("wavelength_nm", [0.0, -400.0, 1e6, math.nan])
    def test_refuses_wavelengths_no_sensor_has(self, opened: PowerMeter, wavelength_nm: float) -> None:
        """Such a wavelength is refused by name, value and unit, and the old one stays."""
        opened.set_wavelength(self.wavelength_nm)
        with pytest.raises(LimitError, match=rf"{opened.name}.*{wavelength_nm:g} nm".replace("+", r"\+")):
            opened.set_wavelength(wavelength_nm)
        assert opened.wavelength_nm == pytest.approx(self.wavelength_nm, abs=1.0)

    def test_reads_a_power(self, opened: PowerMeter) -> None:
        """A reading is a number of watts that a laboratory may have; noise may make it negative."""
        opened.set_wavelength(self.wavelength_nm)
        assert abs(opened.read_power_w()) < 100.0
