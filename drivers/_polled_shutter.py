"""Shutters that tell where their blade is: told, then asked until it is there."""

from __future__ import annotations

from abc import abstractmethod

from pydantic import Field

from drivers._line_instrument import LineInstrument, LineOptions
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import LineSettings, Shutter, Surroundings

_POLL_S = 0.01


class PolledShutter(LineInstrument, Shutter):
    """A shutter on a serial line; a subclass says how its blade is told, asked, and what may hinder it."""

    class Options(LineOptions):
        """Options of the shutter."""

        baud_rate: int
        """Speed of the serial line; of no meaning over TCP."""
        travel_s: float = Field(1.0, gt=0.0, le=60.0)
        """How long the blade may take."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._travel_s = options.travel_s
        self.line = LineSettings(baud_rate=options.baud_rate)

    @property
    def is_open(self) -> bool:
        """Read back whether light passes; InstrumentStateError if the blade is neither here nor there."""
        state = self._passes()
        if state is None:
            raise InstrumentStateError(f"{self.name}: neither open nor closed; {self._trouble()}")
        return state

    def set_open(self, is_open: bool) -> None:
        """Move the blade and wait; InstrumentTimeoutError, with what hinders it, if it does not arrive."""
        self._send_to(is_open)
        end_s = self._clock.now_s + self._travel_s
        while (state := self._passes()) != is_open or not self._holds(is_open):
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: told to {'open' if is_open else 'close'}, but it has not after "
                    f"{self._travel_s:g} s; {self._trouble()}"
                )
            if state is (not is_open):
                self._send_again_to(is_open)
            self._clock.sleep(_POLL_S)

    def make_safe(self) -> None:
        """Close."""
        self.set_open(False)

    @abstractmethod
    def _passes(self) -> bool | None:
        """Return whether light passes; None if the blade is between its ends."""

    def _holds(self, is_open: bool) -> bool:
        """Return whether it will stay so, where what it was told is kept apart from where the blade is."""
        return True

    @abstractmethod
    def _send_to(self, is_open: bool) -> None:
        """Tell the blade where to go."""

    def _send_again_to(self, is_open: bool) -> None:
        """Tell it once more, because it rests at the wrong end; nothing if once is enough."""

    @abstractmethod
    def _trouble(self) -> str:
        """Say what may hinder the blade."""
