"""A Thorlabs ELL14 rotation mount with a half-wave plate, as its serial line shows it (hardware.md 6.2)."""

from __future__ import annotations

import math

from simulators.wires._wire import Wire
from simulators.world import World

_TURN_PULSES = 0x23000
_PULSES_PER_DEG = _TURN_PULSES / 360.0
_LENGTHS = {
    "in": 0, "gs": 0, "gp": 0, "ma": 8, "mr": 8, "ho": 1, "sj": 8, "gj": 0, "fw": 0, "bw": 0, "gv": 0,
    "sv": 2, "go": 0, "so": 8, "us": 0, "s1": 0, "i1": 0,
}  # fmt: skip
"""Hexadecimal digits that follow each command."""
_PATIENCE_S = 2.0
_COMMAND_ERROR, _OUT_OF_RANGE, _BUSY = 3, 12, 9
_HEX = b"0123456789ABCDEFabcdef"


class ThorlabsEll14Wire(Wire):
    """Frames without terminator, replies when a move ends, "busy" until then; other addresses are not heard.

    The plate stands between polarisers: transmission `extinction` + (1 - `extinction`) sin^2(2 angle), with
    the angle from the plate's axis, which is the home position. In the world the light changes when a move
    starts; the reply follows when it ends.
    """

    extinction = 1e-3
    """Transmission of the crossed polarisers."""
    speed_deg_s = 180.0
    """Speed of a move."""

    def __init__(self, world: World, address: str = "0") -> None:
        super().__init__(world)
        self._address = address
        self._pulses = 1000  # after power-on it stands anywhere
        self._offset = 0
        self._jog = round(5 * _PULSES_PER_DEG)
        self._velocity = 100
        self._frame = b""
        self._last_byte_s = 0.0
        self._due_s = world.clock.now_s
        self._due = b""
        self._status = 0
        self.stall: int | None = None
        """A fault to switch on: the status number with which every move now ends, going nowhere."""

    @staticmethod
    def true_transmission(angle_deg: float) -> float:
        """Return what the plate lets through at an angle."""
        low = ThorlabsEll14Wire.extinction
        return low + (1.0 - low) * math.sin(math.radians(2.0 * angle_deg)) ** 2

    def receive(self, data: bytes) -> None:
        """Take bytes; a pause of two seconds inside a command, or a CR, forgets what came of it."""
        if self._world.clock.now_s - self._last_byte_s > _PATIENCE_S:
            self._frame = b""
        self._last_byte_s = self._world.clock.now_s
        for byte in data:
            self._frame = b"" if byte == 0x0D else self._frame + bytes([byte])
            self._take_frame()

    def transmit(self) -> bytes:
        """Return what has come out; the end of a move when it is due."""
        if self._due and self._world.clock.now_s >= self._due_s:
            self._pending += self._due
            self._due = b""
        return super().transmit()

    def _take_frame(self) -> None:
        """Carry a command out as soon as its last digit is there."""
        head = 3
        if len(self._frame) < head:
            return
        address, command = chr(self._frame[0]), self._frame[1:head].decode("ascii", "replace")
        length = _LENGTHS.get(command, 0)
        if len(self._frame) < head + length:
            return
        digits, self._frame = self._frame[head:], b""
        if address != self._address:
            return
        if command not in _LENGTHS or any(digit not in _HEX for digit in digits):
            self._say_status(_COMMAND_ERROR)
        elif self._due:
            self._say_status(_BUSY)
        else:
            self._carry_out(command, int(digits, 16) if digits else 0)

    def _carry_out(self, command: str, value: int) -> None:
        signed = value - (1 << 32) if value >= 1 << 31 else value
        moves = {"ma": signed, "mr": self._pulses + signed, "ho": self._offset,
                 "fw": self._pulses + self._jog, "bw": self._pulses - self._jog}  # fmt: skip
        if command in moves:
            self._move(moves[command])
        elif command in ("so", "sj", "sv"):
            self._keep(command, signed)
        elif command == "gs":
            self._say_status(self._status)
            self._status = 0
        else:
            self._answer(command)

    def _answer(self, command: str) -> None:
        answers = {
            "in": f"IN0E1140051720231701{360:04X}{_TURN_PULSES:08X}",
            "gp": f"PO{self._pulses & 0xFFFFFFFF:08X}",
            "gj": f"GJ{self._jog & 0xFFFFFFFF:08X}",
            "gv": f"GV{self._velocity:02X}",
            "go": f"HO{self._offset & 0xFFFFFFFF:08X}",
            "i1": "I11" + "0" * 21,
        }
        self._say(answers.get(command, "GS00"))

    def _keep(self, command: str, value: int) -> None:
        setattr(self, {"so": "_offset", "sj": "_jog", "sv": "_velocity"}[command], value)
        self._say_status(0)

    def _move(self, target: int) -> None:
        """Start a move; its reply comes when it ends."""
        if abs(target) > _TURN_PULSES:
            self._say_status(_OUT_OF_RANGE)
            return
        if self.stall is not None:
            self._status = self.stall
            self._say_status(self.stall)
            return
        way_deg = abs(target - self._pulses) / _PULSES_PER_DEG
        self._due_s = self._world.clock.now_s + way_deg / self.speed_deg_s
        self._pulses = target
        self._due = f"{self._address}PO{target & 0xFFFFFFFF:08X}\r\n".encode("ascii")
        self._world.transmission = self.true_transmission(target / _PULSES_PER_DEG)

    def _say_status(self, number: int) -> None:
        self._say(f"GS{number:02X}")

    def _say(self, text: str) -> None:
        self._pending += f"{self._address}{text}\r\n".encode("ascii")
