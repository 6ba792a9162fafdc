"""SRS SR470 shutter controller with its shutter head (hardware.md 6.3; manual pp. 1-23, 2-8 to 2-28)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from drivers._line_instrument import LineOptions
from drivers._srs_instrument import SrsInstrument
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import LineSettings, Shutter, Surroundings

_POLL_S = 0.01
_CLOSED, _OPEN, _BETWEEN = 0, 1, 2  # STAT?, manual p. 2-18
_FAULTS = {0: "no fault", 1: "the head is disconnected", 2: "the head reports a fault", 3: "12 V power fault"}


class SrsSr470(SrsInstrument, Shutter):
    """A laser shutter behind its controller, over RS-232 or a raw TCP socket.

    `STAT` sets the blade, cancels a trigger in progress and takes control back from the trigger inputs
    (manual p. 2-18). Replies end with CR LF unless XTRM was used (p. 2-24). The one-letter commands of the
    shutter heads are not sent through the controller: they would lock it out (SR475 manual p. 2-3); a head
    without controller has the driver srs-sr475. Not found: the RS-232 speed as delivered, the TCP port, and
    the numbers of the execution errors.
    """

    class Options(LineOptions):
        """Options of the shutter."""

        baud_rate: Literal[4800, 9600, 19_200, 38_400, 57_600, 115_200] = 9600
        """As set on the front panel; of no meaning over TCP."""
        travel_s: float = Field(1.0, gt=0.0, le=60.0)
        """How long the blade may take."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._travel_s = options.travel_s
        self.line = LineSettings(baud_rate=options.baud_rate)

    @property
    def is_open(self) -> bool:
        """Read back whether light passes; InstrumentStateError if the blade is neither here nor there."""
        state = self._state()
        if state == _BETWEEN:
            raise InstrumentStateError(f"{self.name}: neither open nor closed; {self._fault()}")
        return state == _OPEN

    def set_open(self, is_open: bool) -> None:
        """Move the blade and wait until it is there; InstrumentTimeoutError, with the fault, if it is not."""
        wanted = _OPEN if is_open else _CLOSED
        self._do(f"STAT {wanted}")
        end_s = self._clock.now_s + self._travel_s
        while self._state() != wanted:
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: told to {'open' if is_open else 'close'}, but it has not after "
                    f"{self._travel_s:g} s; {self._fault()}"
                )
            self._clock.sleep(_POLL_S)

    def make_safe(self) -> None:
        """Close."""
        self.set_open(False)

    def _start(self) -> None:
        self._errors()  # of whoever was here before
        self.make_safe()

    def _state(self) -> int:
        state = self._whole("STAT?")
        if state not in (_CLOSED, _OPEN, _BETWEEN):
            raise self._bad_reply(b"STAT?", str(state).encode(), "0, 1 or 2")
        return state

    def _fault(self) -> str:
        number = self._whole("FLTS?")
        return _FAULTS.get(number, f"fault {number}")
