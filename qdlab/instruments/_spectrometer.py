"""The fibre spectrometer: absorption and photoluminescence spectra."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qdlab.instruments._instrument import Instrument
from qdlab.limits import Range


@dataclass(frozen=True, slots=True)
class ScanBlock:
    """Consecutive scans: counts [scan, pixel] and the start of each scan on the run's time base [scan]."""

    time_s: NDArray[np.float64]
    counts: NDArray[np.uint16]


class Spectrometer(Instrument, Protocol):
    """A spectrometer with a line sensor. make_safe() ends an acquisition."""

    @property
    @abstractmethod
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Wavelength of each pixel, rising, [pixel]; before open() the nominal ones."""

    @property
    @abstractmethod
    def saturation_counts(self) -> int:
        """The count at and above which a pixel no longer follows the light."""

    @property
    @abstractmethod
    def integration_range(self) -> Range:
        """Integration times that may be asked for, in s."""

    @property
    @abstractmethod
    def integration_s(self) -> float:
        """The integration time in use."""

    @abstractmethod
    def set_integration(self, integration_s: float) -> None:
        """Set the integration time of one scan."""

    @abstractmethod
    def read(self, n_scans: int) -> ScanBlock:
        """Take scans one after another and return them; LimitError below one scan."""
