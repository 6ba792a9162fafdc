"""A Newport ESP301 with the world's delay stage on axis 1, as its RS-232 or network cable shows it.

After the ESP300 User's Manual, section 3: commands end with CR and may share a line with ";", setting
commands are not answered, answers end with CR LF, errors go into a queue of ten that TE? and TB? read out.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from simulators.wires._wire import Wire
from simulators.world import Motion, World

_COMMAND = re.compile(r"(\d*)([A-Z]{2})(.*)")
_AXES = 3
_TICK_S = 400e-6  # error time stamps count servo ticks since reset
_QUEUE_DEPTH = 10
_MM_PER_UNIT = {2: 1.0, 3: 1e-3}  # SN; a linear stage is given in mm or um here
_MESSAGES = {
    0: "NO ERROR DETECTED",
    6: "COMMAND DOES NOT EXIST",
    7: "PARAMETER OUT OF RANGE",
    9: "AXIS NUMBER OUT OF RANGE",
    37: "AXIS NUMBER MISSING",
    38: "COMMAND PARAMETER MISSING",
    101: "AXIS-1 PARAMETER OUT OF RANGE",
    106: "AXIS-1 POSITIVE SOFTWARE LIMIT DETECTED",
    107: "AXIS-1 NEGATIVE SOFTWARE LIMIT DETECTED",
    108: "AXIS-1 MOTOR / STAGE NOT CONNECTED",
    110: "AXIS-1 MAXIMUM VELOCITY EXCEEDED",
    113: "AXIS-1 MOTOR NOT ENABLED",
}


class _RefusedError(Exception):
    """What a command puts into the error queue."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class NewportEsp301Wire(Wire):
    """Three axes, of which the first has a stage that is counted in encoder steps of 0.1 um."""

    resolution_mm = 1e-4

    def __init__(
        self,
        world: World,
        *,
        travel_low_mm: float | str = 0.0,
        travel_high_mm: float | str = 600.0,
        maximum_mm_s: float | str = 400.0,
    ) -> None:
        super().__init__(world)
        self._low_mm, self._high_mm = float(travel_low_mm), float(travel_high_mm)
        self._maximum_mm_s = float(maximum_mm_s)
        self._velocity_mm_s = min(100.0, self._maximum_mm_s)
        self._motor_on, self._units = False, 2
        self._line = bytearray()
        self._waiting: deque[str] = deque()
        self._resume_s = world.clock.now_s
        self._errors: deque[tuple[int, int]] = deque()
        self._general: dict[str, Callable[[str], str | None]] = {
            "TB": self._next_message, "TE": self._next_error, "TS": self._status, "AB": self._abort,
            "VE": lambda text: "ESP301 Version 3.0.1 6/1/99",
        }  # fmt: skip
        self._of_axis: dict[str, Callable[[str], str | None]] = {
            "PA": self._move, "PR": self._move_by, "OR": self._home, "ST": self._abort, "WS": self._wait_stop,
            "MO": self._motor, "MF": self._motor_off, "SN": self._set_units, "VA": self._velocity,
            "SL": self._low, "SR": self._high,
            "TP": lambda text: self._length(self._position_mm),
            "DP": lambda text: self._length(self._world.stage.target_mm),
            "VU": lambda text: self._length(self._maximum_mm_s),
            "MD": lambda text: str(int(not self._moving)),
            "ID": lambda text: "TS50DC.5, SN1263",
        }  # fmt: skip

    def receive(self, data: bytes) -> None:
        """Take in bytes; commands are carried out when their CR is there."""
        self._line += data
        while (end := self._line.find(b"\r")) >= 0:
            text = self._line[:end].decode("latin-1").upper().replace(" ", "").strip("\n")
            del self._line[: end + 1]
            self._waiting.extend(part for part in text.split(";") if part)
        self._carry_out()

    def transmit(self) -> bytes:
        """Return what has come out; commands behind a WS are carried out when it is over."""
        self._carry_out()
        return super().transmit()

    def _carry_out(self) -> None:
        while self._waiting and self._world.clock.now_s >= self._resume_s:
            try:
                answer = self._command(self._waiting.popleft())
            except _RefusedError as refused:
                if len(self._errors) < _QUEUE_DEPTH:
                    self._errors.append((refused.code, self._ticks))
                continue
            if answer is not None:
                self._pending += answer.encode() + b"\r\n"

    def _command(self, command: str) -> str | None:
        found = _COMMAND.fullmatch(command)
        if found is None or found[2] not in self._general | self._of_axis:
            raise _RefusedError(6)
        axis, mnemonic, text = found.groups()
        if mnemonic in self._general:
            return self._general[mnemonic](text)
        if not axis:
            raise _RefusedError(37)
        if not 1 <= int(axis) <= _AXES:
            raise _RefusedError(9)
        if axis != "1":
            raise _RefusedError(100 * int(axis) + 8)
        return self._of_axis[mnemonic](text)

    @property
    def _ticks(self) -> int:
        return int(self._world.clock.now_s / _TICK_S)

    def _next_message(self, text: str) -> str:
        code, ticks = self._errors.popleft() if self._errors else (0, self._ticks)
        return f"{code}, {ticks}, {_MESSAGES.get(code, 'MOTOR / STAGE NOT CONNECTED')}"

    def _next_error(self, text: str) -> str:
        return str(self._errors.popleft()[0] if self._errors else 0)

    def _status(self, text: str) -> str:
        return chr(0x40 | self._motor_on << 4 | self._moving)

    @property
    def _position_mm(self) -> float:
        return self._world.stage.position_mm(self._world.clock.now_s)

    @property
    def _moving(self) -> bool:
        return self._world.clock.now_s < self._world.stage.end_s

    def _length(self, length_mm: float) -> str:
        """Return a length in the axis's units, four places behind the point."""
        return f"{length_mm / _MM_PER_UNIT[self._units]:.4f}"

    def _length_mm(self, text: str) -> float:
        """Return a length given in the axis's units."""
        try:
            return float(text) * _MM_PER_UNIT[self._units]
        except ValueError:
            raise _RefusedError(7 if text else 38) from None

    def _head_for(self, target_mm: float) -> None:
        """Move to the nearest encoder step, unless the motor is off or a limit in the way."""
        if not self._motor_on:
            raise _RefusedError(113)
        if not self._low_mm <= target_mm <= self._high_mm:
            raise _RefusedError(106 if target_mm > self._high_mm else 107)
        step_mm, now_s = self.resolution_mm, self._world.clock.now_s
        target_mm = round(target_mm / step_mm) * step_mm
        self._world.stage = Motion(self._position_mm, target_mm, now_s, self._velocity_mm_s)

    def _move(self, text: str) -> str | None:
        if text == "?":
            return self._length(self._world.stage.target_mm)
        self._head_for(self._length_mm(text))
        return None

    def _move_by(self, text: str) -> None:
        self._head_for(self._position_mm + self._length_mm(text))

    def _home(self, text: str) -> None:
        """Go to the reference mark: 0 mm, or the end of the travel next to it."""
        if text not in ("", "0", "1", "2", "3", "4", "5", "6"):
            raise _RefusedError(7)
        self._head_for(min(max(0.0, self._low_mm), self._high_mm))

    def _abort(self, text: str) -> None:
        here_mm = self._position_mm
        self._world.stage = Motion(here_mm, here_mm, self._world.clock.now_s, self._velocity_mm_s)

    def _wait_stop(self, text: str) -> None:
        delay_s = 1e-3 * float(text) if text.isdecimal() else 0.0
        self._resume_s = max(self._world.clock.now_s, self._world.stage.end_s) + delay_s

    def _motor(self, text: str) -> str | None:
        if text == "?":
            return str(int(self._motor_on))
        self._motor_on = True
        return None

    def _motor_off(self, text: str) -> None:
        self._abort(text)
        self._motor_on = False

    def _set_units(self, text: str) -> str | None:
        if text == "?":
            return str(self._units)
        if not text.isdecimal() or int(text) not in _MM_PER_UNIT:
            raise _RefusedError(101 if text else 38)
        self._units = int(text)
        return None

    def _velocity(self, text: str) -> str | None:
        if text == "?":
            return self._length(self._velocity_mm_s)
        velocity_mm_s = self._length_mm(text)
        if not 0.0 < velocity_mm_s <= self._maximum_mm_s:
            raise _RefusedError(110 if velocity_mm_s > 0.0 else 101)
        self._velocity_mm_s = velocity_mm_s
        return None

    def _low(self, text: str) -> str | None:
        if text == "?":
            return self._length(self._low_mm)
        self._low_mm = self._length_mm(text)
        return None

    def _high(self, text: str) -> str | None:
        if text == "?":
            return self._length(self._high_mm)
        self._high_mm = self._length_mm(text)
        return None
