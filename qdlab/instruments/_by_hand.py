"""What a person moves: exchanged by hand where there is no motor; the run asks and waits."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from qdlab.errors import NotConnectedError
from qdlab.instruments._instrument import Identity, Instrument
from qdlab.instruments._optics import ProbeSelector, SampleHolder
from qdlab.instruments._transport import Surroundings
from qdlab.plan import ProbeBeam, SamplePosition


class ByHand(Instrument):
    """Something that a person moves, and that cannot tell how it stands: it is believed to be as it was told.

    Before it is told so, whoever drives it has to `ask` and wait until somebody says that it is done.
    """

    class Options(BaseModel):
        """What is moved by hand has no options."""

        model_config = ConfigDict(extra="forbid")

    def __init__(self, name: str, options: Options, surroundings: Surroundings | None = None) -> None:
        self.name = name
        self._is_open = False

    def open(self) -> None:
        """Begin; nothing moves."""
        self._is_open = True

    def close(self) -> None:
        """End; nothing moves."""
        self._is_open = False

    def identify(self) -> Identity:
        """Say that it is a person."""
        self._reach()
        return Identity("a person", "moves it by hand")

    def make_safe(self) -> None:
        """Leave it where it is."""
        self._reach()

    def _reach(self) -> None:
        if not self._is_open:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")


class HolderByHand(ByHand, SampleHolder):
    """Film and bare substrate, exchanged by a person; the film is in the beam at first."""

    _WORDS: ClassVar[dict[SamplePosition, str]] = {"film": "the film", "blank": "the bare substrate"}

    def __init__(self, name: str, options: ByHand.Options, surroundings: Surroundings | None = None) -> None:
        super().__init__(name, options, surroundings)
        self._position: SamplePosition = "film"

    @property
    def position(self) -> SamplePosition:
        """Get what was put into the beam last."""
        self._reach()
        return self._position

    def ask(self, position: SamplePosition) -> str:
        """Say what a person has to do; empty if it is so already."""
        return "" if position == self.position else f"put {self._WORDS[position]} into the beam"

    def select(self, position: SamplePosition) -> None:
        """Take it for done."""
        self._reach()
        self._position = position


class SelectorByHand(ByHand, ProbeSelector):
    """The way of the probe into the camera, changed by a person; the transmitted one at first."""

    def __init__(self, name: str, options: ByHand.Options, surroundings: Surroundings | None = None) -> None:
        super().__init__(name, options, surroundings)
        self._beam: ProbeBeam = "transmitted"

    @property
    def beam(self) -> ProbeBeam:
        """Get which light was sent into the camera last."""
        self._reach()
        return self._beam

    def ask(self, beam: ProbeBeam) -> str:
        """Say what a person has to do; empty if it is so already."""
        return "" if beam == self.beam else f"send the {beam} probe into the camera"

    def select(self, beam: ProbeBeam) -> None:
        """Take it for done."""
        self._reach()
        self._beam = beam


BY_HAND = {"sample_holder": HolderByHand, "probe_selector": SelectorByHand}
"""What can be moved by hand, by role."""
