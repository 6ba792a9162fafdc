"""The transient-absorption scanner: an instrument that scans its own delays and hands over finished maps."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qdlab.instruments._instrument import Instrument


@dataclass(frozen=True, slots=True)
class ScanMap:
    """A finished scan: delta_a [delay, wavelength] in OD, a bleach negative, NaN where there is no value.

    Delays are in the instrument's order. `n_scans`: how many scans were averaged, 0 if it does not say.
    """

    delays_ps: NDArray[np.float64]
    wavelengths_nm: NDArray[np.float64]
    delta_a: NDArray[np.float64]
    n_scans: int


class TAScanner(Instrument, Protocol):
    """A closed pump-probe instrument. make_safe() gives up waiting for a scan."""

    @property
    @abstractmethod
    def delays_ps(self) -> NDArray[np.float64]:
        """The delays of every scan, known before the first; none if they are not known."""

    @property
    @abstractmethod
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """The wavelengths of every scan, known before the first; none if they are not known."""

    @property
    @abstractmethod
    def scan_s(self) -> float:
        """How long a scan takes until it can be had; what a plan's duration counts on."""

    @property
    @abstractmethod
    def scanning(self) -> bool:
        """Whether a scan was started and not yet taken by await_scan()."""

    @abstractmethod
    def start_scan(self) -> None:
        """Begin a scan and return at once; InstrumentStateError if the last one was not awaited."""

    @abstractmethod
    def await_scan(self, timeout_s: float) -> ScanMap:
        """Wait for the scan and return it, once.

        InstrumentStateError if none was started; InstrumentTimeoutError if it takes longer than `timeout_s`,
        after which it can be awaited again.
        InstrumentStateError if its delays or wavelengths are not those that were known before.
        """
