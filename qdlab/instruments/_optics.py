"""The smaller optics: attenuator, power meter, shutter, sample holder, probe selector."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from qdlab.instruments._instrument import Instrument
from qdlab.limits import Range
from qdlab.plan import ProbeBeam, SamplePosition


class Attenuator(Instrument, Protocol):
    """Sets the pump fluence by its transmission. make_safe() lets the least light through."""

    @property
    @abstractmethod
    def transmission_range(self) -> Range:
        """Transmissions that can be set, without a unit."""

    @property
    @abstractmethod
    def transmission(self) -> float:
        """Read back the transmission."""

    @abstractmethod
    def set_transmission(self, transmission: float) -> None:
        """Set the transmission and wait until it is reached."""


class PowerMeter(Instrument, Protocol):
    """Measures the mean power of the pump through the bench's pinhole. make_safe() does nothing."""

    @property
    @abstractmethod
    def wavelength_nm(self) -> float:
        """The wavelength the reading is corrected for."""

    @abstractmethod
    def set_wavelength(self, wavelength_nm: float) -> None:
        """Correct further readings for this wavelength."""

    @abstractmethod
    def read_power_w(self) -> float:
        """Return one reading."""


class Shutter(Instrument, Protocol):
    """Blocks one beam. make_safe() closes it."""

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Read back whether light passes."""

    @abstractmethod
    def set_open(self, is_open: bool) -> None:
        """Let the light pass, or block it, and wait until it is so."""


class SampleHolder(Instrument, Protocol):
    """Puts the film or the bare substrate stack into the beam: a motor, or a person who is asked.

    make_safe() leaves it where it is.
    """

    @property
    @abstractmethod
    def position(self) -> SamplePosition:
        """What is in the beam."""

    @abstractmethod
    def select(self, position: SamplePosition) -> None:
        """Put it into the beam and wait until it is there."""


class ProbeSelector(Instrument, Protocol):
    """Sends the transmitted or the reflected probe into the camera: a mirror that flips, or a person.

    make_safe() leaves it where it is.
    """

    @property
    @abstractmethod
    def beam(self) -> ProbeBeam:
        """Which light reaches the camera."""

    @abstractmethod
    def select(self, beam: ProbeBeam) -> None:
        """Send it into the camera and wait until it is there."""
