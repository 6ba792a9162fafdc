"""Thorlabs SC10 shutter controller (hardware.md 6.3; manual 8654-D02 p. 15)."""

from __future__ import annotations

from typing import Literal

from drivers._polled_shutter import PolledShutter
from drivers._prompt_instrument import PromptInstrument
from qdlab.errors import InstrumentStateError
from qdlab.instruments import Identity

_MANUAL_MODE = 1
_INTERNAL_TRIGGER = 0


class ThorlabsSc10(PromptInstrument, PolledShutter):
    """A beam shutter in manual mode: enabled it is open, not enabled it is closed.

    The command `ens` toggles, so `ens?` is read before and after it, and a lost or spoiled answer can never
    turn a shutter the wrong way round: the next call reads first again. What counts in the end is `closed?`,
    which tells where the blade is. A tripped interlock keeps the blade closed. Not found: what the
    instrument's error texts are (any line with "error" in it is taken for one), and whether a tripped
    interlock resets `ens` (both are understood).
    """

    class Options(PolledShutter.Options):
        """Options of the shutter."""

        baud_rate: Literal[9600, 115_200] = 9600
        """As set in the controller: baud=0 is 9600, baud=1 is 115200."""

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

    def _passes(self) -> bool:
        return not self._flag("closed")

    def _holds(self, is_open: bool) -> bool:
        return self._flag("ens") == is_open

    def _send_to(self, is_open: bool) -> None:
        """Toggle if need be; InstrumentStateError if the interlock would keep it closed."""
        if is_open and self._flag("interlock"):
            raise InstrumentStateError(f"{self.name}: the interlock is tripped, so the shutter stays closed")
        if not self._holds(is_open):
            self._command("ens")

    def _trouble(self) -> str:
        enabled, passes = self._flag("ens"), self._passes()
        return f"it is {'enabled' if enabled else 'not enabled'} and {'open' if passes else 'closed'}"
