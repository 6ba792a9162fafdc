"""A PI controller with the world's delay stage as its axis 1, speaking GCS 2 over TCP or a serial line.

After the C-863.12 manual MS249E: lines end with LF, commands are not answered, one error is kept until ERR?
reads it; the bytes 5 (who moves), 7 (ready) and 24 (stop all) act at once, without LF.
"""

from __future__ import annotations

from collections.abc import Callable

from simulators.wires._wire import Wire
from simulators.world import Motion, World

_LF, _WHO_MOVES, _READY, _STOP_ALL = 10, 5, 7, 24
_IDENTITY = "(c)2015 Physik Instrumente (PI) GmbH & Co. KG, C-863.12, 0135500826, 1.2.1.0"


class _RefusedError(Exception):
    """The error code a line leads to."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class PiGcsWire(Wire):
    """One axis "1" in mm, counted in steps of 0.1 um; `referenced="no"`: a controller just switched on."""

    resolution_mm = 1e-4

    def __init__(
        self,
        world: World,
        *,
        travel_low_mm: float | str = 0.0,
        travel_high_mm: float | str = 600.0,
        maximum_mm_s: float | str = 500.0,
        referenced: str = "yes",
    ) -> None:
        super().__init__(world)
        self._low_mm, self._high_mm = float(travel_low_mm), float(travel_high_mm)
        self._maximum_mm_s = float(maximum_mm_s)
        self._velocity_mm_s = min(100.0, self._maximum_mm_s)
        self._referenced, self._servo = referenced == "yes", False
        self._search: Motion | None = None
        self._error = 0
        self._line = bytearray()
        mark_mm = min(max(0.0, self._low_mm), self._high_mm)
        self._commands: dict[str, Callable[[list[str]], None]] = {
            "MOV": lambda words: self._head_for(_number(words)),
            "MVR": lambda words: self._head_for(self._position_mm + _number(words)),
            "VEL": self._set_velocity,
            "SVO": self._set_servo,
            "FRF": lambda words: self._find(mark_mm),
            "FNL": lambda words: self._find(self._low_mm),
            "FPL": lambda words: self._find(self._high_mm),
            "HLT": lambda words: self._halt(),
            "STP": lambda words: self._halt(),
        }
        self._queries: dict[str, Callable[[], str]] = {
            "POS?": lambda: f"{self._position_mm:.7f}",
            "MOV?": lambda: f"{world.stage.target_mm:.7f}",
            "VEL?": lambda: f"{self._velocity_mm_s:.7f}",
            "TMN?": lambda: f"{self._low_mm:.7f}",
            "TMX?": lambda: f"{self._high_mm:.7f}",
            "ONT?": lambda: str(int(self._servo and not self._moving)),
            "SVO?": lambda: str(int(self._servo)),
            "FRF?": lambda: str(int(self._is_referenced)),
        }

    def receive(self, data: bytes) -> None:
        """Take in bytes; a line is carried out when its LF is there, single bytes at once."""
        for byte in data:
            if byte == _WHO_MOVES:
                self._answer(f"{int(self._moving):X}")
            elif byte == _READY:
                self._answer("\xb0" if self._searching else "\xb1")
            elif byte == _STOP_ALL:
                self._halt()
            elif byte == _LF:
                words = self._line.decode("latin-1").split()
                self._line.clear()
                if words:
                    self._carry_out(words)
            else:
                self._line.append(byte)

    def _answer(self, text: str) -> None:
        self._pending += text.encode("latin-1") + b"\n"

    def _carry_out(self, words: list[str]) -> None:
        try:
            self._command(words[0].upper(), words[1:])
        except _RefusedError as refused:
            self._error = refused.code

    def _command(self, mnemonic: str, words: list[str]) -> None:
        if mnemonic == "ERR?":
            self._answer(str(self._error))
            self._error = 0
        elif mnemonic in ("*IDN?", "SAI?"):
            self._answer(_IDENTITY if mnemonic == "*IDN?" else "1")
        elif mnemonic in self._queries:
            _require_axis(words[:1] or ["1"])
            self._answer(f"1={self._queries[mnemonic]()}")
        elif mnemonic in self._commands:
            _require_axis(words[:1] or ["1"])
            self._commands[mnemonic](words)
        else:
            raise _RefusedError(2)

    @property
    def _position_mm(self) -> float:
        return self._world.stage.position_mm(self._world.clock.now_s)

    @property
    def _moving(self) -> bool:
        return self._world.clock.now_s < self._world.stage.end_s

    @property
    def _searching(self) -> bool:
        return self._moving and self._world.stage is self._search

    @property
    def _is_referenced(self) -> bool:
        """Whether it was before, or the last search came to its end."""
        found = self._search is not None and self._world.stage is self._search and not self._moving
        self._referenced = self._referenced or found
        return self._referenced

    def _move_to(self, target_mm: float) -> None:
        now_s = self._world.clock.now_s
        self._world.stage = Motion(self._position_mm, target_mm, now_s, self._velocity_mm_s)

    def _head_for(self, target_mm: float) -> None:
        if not (self._servo and self._is_referenced):
            raise _RefusedError(5)
        if not self._low_mm <= target_mm <= self._high_mm:
            raise _RefusedError(7)
        self._move_to(round(target_mm / self.resolution_mm) * self.resolution_mm)

    def _find(self, mark_mm: float) -> None:
        if not self._servo:
            raise _RefusedError(5)
        self._referenced = False
        self._move_to(mark_mm)
        self._search = self._world.stage

    def _halt(self) -> None:
        """Stop; the manual counts this as error 10, also for an axis that stands."""
        if self._moving:
            self._move_to(self._position_mm)
        self._error = 10

    def _set_servo(self, words: list[str]) -> None:
        self._servo = _number(words) == 1.0

    def _set_velocity(self, words: list[str]) -> None:
        velocity_mm_s = _number(words)
        if not 0.0 < velocity_mm_s <= self._maximum_mm_s:
            raise _RefusedError(8)
        self._velocity_mm_s = velocity_mm_s


def _require_axis(words: list[str]) -> None:
    if words[0] != "1":
        raise _RefusedError(15)


def _number(words: list[str]) -> float:
    if len(words) != 2:
        raise _RefusedError(24)
    try:
        return float(words[1])
    except ValueError:
        raise _RefusedError(1) from None
