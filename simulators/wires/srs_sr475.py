"""An SRS SR475 shutter head as its serial line shows it (manual pp. 2-3 to 2-10)."""

from __future__ import annotations

from collections.abc import Callable

from simulators.wires._blade import BladeWire
from simulators.world import World

_OK, _MOTOR, _OPENING, _IN_TRANSIT, _LOGIC_LOCKOUT, _SERIAL_LOCKOUT = 1, 2, 4, 8, 16, 32
_SYNTAX, _COMMUNICATION_ERRORS = 1 << 1, 0b1111


class SrsSr475Wire(BladeWire):
    """Letters carried out as they come; answers of seven bytes; moves ignored unless the blade rests."""

    def __init__(self, world: World, beam: str = "pump") -> None:
        super().__init__(world, beam)
        self._errors = 0
        self._lockouts = 0
        self._fatal = 0

    def fail(self, bit: int) -> None:
        """Trip a fatal fault (error word bits 5, 6, 7 or 9): the blade is nowhere until the head is reset."""
        self._fatal = 1 << bit
        self._world.set_open(self._beam, False)

    def receive(self, data: bytes) -> None:
        """Carry out every letter."""
        acts: dict[str, Callable[[], None]] = {
            "@": lambda: self._go(True),
            "A": lambda: self._go(False),
            "B": lambda: self._go(not self._light_passes),
            "C": self._reset,
            "E": lambda: self._lock_out(_SERIAL_LOCKOUT),
            "F": lambda: self._lock_out(_LOGIC_LOCKOUT),
            "S": lambda: self._number(-1 if self._moving or self._fatal else int(self._light_passes)),
            "T": lambda: self._number(42),
            "W": self._tell_errors,
            "X": lambda: self._text("SR475"),
            "Y": lambda: self._number(1234),
            "Z": lambda: self._number(self._status()),
        }
        for byte in data:
            act = acts.get(chr(byte))
            if act is None:
                self._errors |= _SYNTAX
            else:
                act()

    def _go(self, is_open: bool) -> None:
        if not (self._moving or self._fatal or self._lockouts & _SERIAL_LOCKOUT):
            self._lockouts |= _LOGIC_LOCKOUT
            self._move(is_open)

    def _lock_out(self, bit: int) -> None:
        self._lockouts |= bit

    def _reset(self) -> None:
        self._errors = self._lockouts = self._fatal = 0
        self._move(False)

    def _tell_errors(self) -> None:
        self._number(self._errors | self._fatal)
        self._errors &= ~_COMMUNICATION_ERRORS

    def _status(self) -> int:
        well = 0 if self._fatal else _OK | _MOTOR
        return well | _OPENING * self._light_passes | _IN_TRANSIT * self._moving | self._lockouts

    def _number(self, value: int) -> None:
        self._text(f"{'-' if value < 0 else ' '}{abs(value):05d}")

    def _text(self, text: str) -> None:
        self._pending += f"{text:>6}\n".encode("ascii")
