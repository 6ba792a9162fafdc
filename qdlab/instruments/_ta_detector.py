"""The transient-absorption detector: a line camera read out at every laser shot."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qdlab.instruments._instrument import Instrument


@dataclass(frozen=True, slots=True)
class ShotBlock:
    """Consecutive read-outs.

    shots: uint16 counts [shot, pixel]; pump_on: bool [shot], True where the turning chopper let the pump
    through (whether its shutter is open is not seen there); sequence: uint64 [shot], the laser's running
    pulse number, which shows dropped frames.
    """

    shots: NDArray[np.uint16]
    pump_on: NDArray[np.bool_]
    sequence: NDArray[np.uint64]


class TADetector(Instrument, Protocol):
    """A camera that tags each shot with the chopper's state. make_safe() ends an acquisition."""

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
    def shot_rate_hz(self) -> float:
        """Read-outs per second."""

    @abstractmethod
    def arm(self, n_shots: int) -> None:
        """Start to take `n_shots` consecutive read-outs and return at once; LimitError below one shot."""

    @abstractmethod
    def read(self, timeout_s: float) -> ShotBlock:
        """Wait for the armed shots and return them, once.

        InstrumentStateError if none were armed, InstrumentTimeoutError if they take longer than `timeout_s`.
        """


@runtime_checkable
class HasReference(Protocol):
    """Ability of a detector with a second line that sees the probe before the sample."""

    @abstractmethod
    def read_reference(self) -> NDArray[np.uint16]:
        """Return the reference counts of the last block, [shot, pixel]."""
