"""Thorlabs SC10 shutter controller (hardware.md 6.3; manual 8654-D02 p. 15)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from drivers._line_instrument import LineOptions
from drivers._prompt_instrument import PromptInstrument
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import Identity, LineSettings, Shutter, Surroundings

_POLL_S = 0.01
_MANUAL_MODE = 1
_INTERNAL_TRIGGER = 0


class ThorlabsSc10(PromptInstrument, Shutter):
    """A beam shutter in manual mode: enabled it is open, not enabled it is closed.

    The command `ens` toggles, so `ens?` is read before and after it, and a lost or spoiled answer can never
    turn a shutter the wrong way round: the next call reads first again. What counts in the end is `closed?`,
    which tells where the blade is. A tripped interlock keeps the blade closed. Not found: what the
    instrument's error texts are (any line with "error" in it is taken for one), and whether a tripped
    interlock resets `ens` (both are understood).
    """

    class Options(LineOptions):
        """Options of the shutter."""

        baud_rate: Literal[9600, 115_200] = 9600
        """As set in the controller: baud=0 is 9600, baud=1 is 115200."""
        travel_s: float = Field(1.0, gt=0.0, le=60.0)
        """How long the blade may take."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._travel_s = options.travel_s
        self.line = LineSettings(baud_rate=options.baud_rate)

    @property
    def is_open(self) -> bool:
        """Read back whether light passes."""
        return not self._flag("closed")

    def set_open(self, is_open: bool) -> None:
        """Move the blade and wait until it is there.

        InstrumentStateError if the interlock keeps it closed; InstrumentTimeoutError if it does not arrive.
        """
        if is_open:
            self._require_interlock()
        if self._flag("ens") != is_open:
            self._command("ens")
        end_s = self._clock.now_s + self._travel_s
        while (enabled := self._flag("ens")) != is_open or self.is_open != is_open:
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: told to {'open' if is_open else 'close'}; after {self._travel_s:g} s it "
                    f"is {'enabled' if enabled else 'not enabled'} and {'open' if self.is_open else 'closed'}"
                )
            self._clock.sleep(_POLL_S)

    def make_safe(self) -> None:
        """Close."""
        self.set_open(False)

    def identify(self) -> Identity:
        """Ask for model and firmware, told in one line; the serial number is not told."""
        said = self._command("id?").decode("ascii", "replace").strip()
        return Identity("Thorlabs", "SC10", firmware=said)

    def _start(self) -> None:
        """Close, then leave whatever mode the front panel was in, and see that it stayed closed."""
        self.make_safe()
        self._set("mode", _MANUAL_MODE)
        self._set("trig", _INTERNAL_TRIGGER)
        self.make_safe()

    def _require_interlock(self) -> None:
        if self._flag("interlock"):
            raise InstrumentStateError(f"{self.name}: the interlock is tripped, so the shutter stays closed")
