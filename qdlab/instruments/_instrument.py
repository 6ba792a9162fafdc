"""What every instrument can do: be opened, say who it is, be left safe, be closed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: maker, model, serial number and firmware as the instrument states them."""

    maker: str
    model: str
    serial: str = ""
    firmware: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.maker, self.model, self.serial, self.firmware) if part)


@runtime_checkable
class Instrument(Protocol):
    """The base of all instruments. Constructing one does no I/O; open() does.

    Every method may raise a subclass of InstrumentError; a value outside a limit is refused with
    LimitError before anything is sent.
    """

    name: str
    """What the bench file calls it; error messages begin with it."""

    @abstractmethod
    def open(self) -> None:
        """Connect and bring the instrument into a known, harmless state."""

    @abstractmethod
    def close(self) -> None:
        """Disconnect; harmless if it is closed already."""

    @abstractmethod
    def identify(self) -> Identity:
        """Ask the instrument who it is."""

    @abstractmethod
    def make_safe(self) -> None:
        """Bring the instrument, from any state, into the one in which it may be left alone."""
