"""What holds for every fibre spectrometer."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import pytest

from qdlab.clock import Clock
from qdlab.errors import LimitError
from qdlab.instruments import Spectrometer
from qdlab.testing._instrument import InstrumentContract, Uses, refuses


class SpectrometerContract(InstrumentContract):
    """Contract of a Spectrometer; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = Spectrometer
    integration_s: ClassVar[float] = 0.01
    """An integration time it can do."""

    def uses(self, instrument: Spectrometer) -> Uses:
        """Return what must be refused while the spectrometer is closed."""
        return super().uses(instrument) | {
            "integration_s": lambda: instrument.integration_s,
            "set_integration": lambda: instrument.set_integration(self.integration_s),
            "read": lambda: instrument.read(1),
        }

    def facts(self, instrument: Spectrometer) -> Uses:
        """Return what must be known without opening the spectrometer."""
        return super().facts(instrument) | {
            "wavelengths_nm": lambda: instrument.wavelengths_nm,
            "saturation_counts": lambda: instrument.saturation_counts,
            "integration_range": lambda: instrument.integration_range,
        }

    def test_facts_make_sense(self, instrument: Spectrometer) -> None:
        """Wavelengths rise along the sensor, saturation fits into uint16, times are in s."""
        assert instrument.wavelengths_nm.ndim == 1
        assert instrument.wavelengths_nm.dtype == np.float64
        assert np.all(np.diff(instrument.wavelengths_nm) > 0.0)
        assert 0 < instrument.saturation_counts <= np.iinfo(np.uint16).max
        assert instrument.integration_range.unit == "s"

    def test_reads_back_its_integration_time(self, opened: Spectrometer) -> None:
        """What is set is used, to the step of the instrument."""
        for integration_s in (self.integration_s, 2.0 * self.integration_s):
            opened.set_integration(integration_s)
            assert opened.integration_s == pytest.approx(integration_s, rel=0.01)

    @pytest.mark.parametrize("side", ["below", "above", "no number"])
    def test_refuses_integration_times_outside_its_range(self, opened: Spectrometer, side: str) -> None:
        """Such a time is refused, and the old one stays."""
        opened.set_integration(self.integration_s)
        limits, before_s = opened.integration_range, opened.integration_s
        outside_s = {"below": 0.5 * limits.low, "above": 2.0 * limits.high, "no number": math.nan}[side]
        refuses(opened.set_integration, outside_s, limits, opened.name)
        assert opened.integration_s == before_s

    @pytest.mark.parametrize("n_scans", [1, 5])
    def test_takes_as_many_scans_as_asked(self, opened: Spectrometer, clock: Clock, n_scans: int) -> None:
        """Scans follow one another, each as long as its integration time, on the run's time base."""
        opened.set_integration(self.integration_s)
        start_s = clock.now_s
        block = opened.read(n_scans)
        assert block.counts.shape == (n_scans, opened.wavelengths_nm.size)
        assert block.counts.dtype == np.uint16
        assert block.counts.max() <= opened.saturation_counts
        assert block.time_s.shape == (n_scans,)
        assert np.all(np.diff(block.time_s) >= 0.99 * opened.integration_s)
        assert start_s - 0.01 <= block.time_s[0] <= block.time_s[-1] <= clock.now_s
        assert clock.now_s - start_s >= 0.99 * n_scans * opened.integration_s

    @pytest.mark.parametrize("n_scans", [0, -1])
    def test_refuses_a_block_without_scans(self, opened: Spectrometer, n_scans: int) -> None:
        """Less than one scan is refused."""
        with pytest.raises(LimitError, match=rf"{opened.name}.*{n_scans}"):
            opened.read(n_scans)
