"""An SRS SR470 shutter controller as its serial port or socket shows it (manual pp. 2-8 to 2-28)."""

from __future__ import annotations

from simulators.wires._blade import BladeWire
from simulators.wires._srs import ILLEGAL_QUERY, ILLEGAL_SET, UNDEFINED_COMMAND, SrsError, SrsWire, whole
from simulators.world import World


class SrsSr470Wire(BladeWire, SrsWire):
    """`STAT` in all its forms, the control source, faults, and the errors of the manual."""

    model = "SR470"

    def __init__(self, world: World, beam: str = "pump") -> None:
        super().__init__(world, beam)
        self._source = 0
        self.disconnected = False
        """A fault to switch on: the head's cable is out, so nothing moves."""

    def _query(self, name: str, argument: str) -> str:
        if name == "STAT":
            return "2" if self._moving or self.disconnected else str(int(self._light_passes))
        if name == "SPOS":
            return "-1" if self._moving or self.disconnected else str(int(self._light_passes))
        answers = {"SRCE": str(self._source), "FLTS": str(int(self.disconnected)), "MODL": "SR475"}
        if name not in answers:
            raise SrsError(ILLEGAL_QUERY if name == "XTRM" else UNDEFINED_COMMAND)
        return answers[name]

    def _set(self, name: str, argument: str) -> None:
        if name == "STAT":
            wanted = whole(argument, 0, 1)
            self._source = 0
            if not self.disconnected:
                self._move(wanted == 1)
        elif name == "SRCE":
            self._source = whole(argument, 0, 2)
        elif name == "XTRM":
            self._end = bytes(whole(item, 0, 255) for item in argument.split(","))
        else:
            raise SrsError(ILLEGAL_SET if name in ("FLTS", "SPOS", "MODL") else UNDEFINED_COMMAND)
