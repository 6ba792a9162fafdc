"""SRS SR470 shutter controller with its shutter head (hardware.md 6.3; manual pp. 1-23, 2-8 to 2-28)."""

from __future__ import annotations

from typing import Literal

from drivers._polled_shutter import PolledShutter
from drivers._srs_instrument import SrsInstrument

_BLADE = {0: False, 1: True, 2: None}  # STAT?: closed, open, between; manual p. 2-18
_FAULTS = {0: "no fault", 1: "the head is disconnected", 2: "the head reports a fault", 3: "12 V power fault"}


class SrsSr470(SrsInstrument, PolledShutter):
    """A laser shutter behind its controller, over RS-232 or a raw TCP socket.

    `STAT` sets the blade, cancels a trigger in progress and takes control back from the trigger inputs
    (manual p. 2-18). Replies end with CR LF unless XTRM was used (p. 2-24). The one-letter commands of the
    shutter heads are not sent through the controller: they would lock it out (SR475 manual p. 2-3); a head
    without controller has the driver srs-sr475. Not found: the RS-232 speed as delivered, the TCP port, and
    the numbers of the execution errors.
    """

    class Options(PolledShutter.Options):
        """Options of the shutter."""

        baud_rate: Literal[4800, 9600, 19_200, 38_400, 57_600, 115_200] = 9600
        """As set on the front panel; of no meaning over TCP."""

    def _start(self) -> None:
        self._errors()  # of whoever was here before
        self.make_safe()

    def _passes(self) -> bool | None:
        state = self._whole("STAT?")
        if state not in _BLADE:
            raise self._bad_reply(b"STAT?", str(state).encode(), "0, 1 or 2")
        return _BLADE[state]

    def _send_to(self, is_open: bool) -> None:
        self._do(f"STAT {int(is_open)}")

    def _trouble(self) -> str:
        number = self._whole("FLTS?")
        return _FAULTS.get(number, f"fault {number}")
