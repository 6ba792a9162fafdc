"""A Newport XPS with the world's delay stage as its only positioner, on TCP port 5001.

Requests are C-like text without an end mark, replies are `code,payload,EndOfAPI`; a refused request comes
back with its own text. A move is answered when it is over, and until then the connection it came by
answers nothing else.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from simulators.wires._wire import Wire
from simulators.world import Motion, World

_REQUEST = re.compile(r"\s*(\w+)\((.*)\)")
_UNKNOWN, _WRONG_COUNT, _NO_DOUBLE, _OUT_OF_RANGE, _NO_POSITIONER, _NO_GROUP, _NOT_ALLOWED, _ABORTED = (
    -4, -9, -14, -17, -18, -19, -22, -27,
)  # fmt: skip
_ERRORS = {
    -4: "Unknown command", -9: "Wrong number of parameters in the command", -14: "Wrong type: no double",
    -17: "Parameter out of range", -18: "Positioner name does not exist", -19: "Group name does not exist",
    -22: "Not allowed action", -27: "Move aborted",
}  # fmt: skip
_OFF, _KILLED, _STOPPED, _HOMED, _MOVED, _UNREFERENCED, _HOMING, _MOVING = 0, 7, 10, 11, 12, 42, 43, 44
_STATES = {
    0: "Not initialized state", 7: "Not initialized state due to a KillAll command",
    10: "Ready state due to an AbortMove command", 11: "Ready state from homing",
    12: "Ready state from motion", 42: "Not referenced state", 43: "Homing state", 44: "Moving state",
}  # fmt: skip


class _RefusedError(Exception):
    """The code of an error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Controller:
    """What all connections share: one group of one positioner, counted in steps of 0.1 um."""

    resolution_mm = 1e-4

    def __init__(self, world: World, low_mm: float, high_mm: float, still: int) -> None:
        self.world = world
        self._low_mm, self._high_mm = low_mm, high_mm
        self._dynamics = [100.0, 400.0, 0.02, 0.02]  # speed, acceleration, jerk times
        self._still = still
        self._search: Motion | None = None
        self.requests: dict[str, tuple[int, Callable[..., str | Motion]]] = {
            "FirmwareVersionGet": (1, lambda out: "XPS-D-N13006"),
            "ErrorListGet": (1, lambda out: "".join(f"{code}:{text};" for code, text in _ERRORS.items())),
            "ErrorStringGet": (2, lambda code, out: _ERRORS.get(int(_double(code)), "")),
            "GroupStatusStringGet": (2, lambda code, out: _STATES.get(int(_double(code)), "")),
            "GroupStatusGet": (2, lambda group, out: str(self._status(_group(group)))),
            "GroupMotionStatusGet": (2, lambda group, out: str(int(self._status(_group(group)) == _MOVING))),
            "GroupPositionCurrentGet": (2, lambda name, out: f"{self._position_mm(_any(name)):.9f}"),
            "GroupKill": (1, lambda group: self._halt(_group(group), _KILLED)),
            "GroupInitialize": (1, self._initialize),
            "GroupHomeSearch": (1, self._home),
            "GroupMoveAbsolute": (2, self._move),
            "GroupMoveRelative": (2, self._move_by),
            "GroupMoveAbort": (1, self._abort),
            "PositionerSGammaParametersGet": (5, self._get_dynamics),
            "PositionerSGammaParametersSet": (5, self._set_dynamics),
        }

    @property
    def moving(self) -> bool:
        return self.world.clock.now_s < self.world.stage.end_s

    def _position_mm(self, name: str = "") -> float:
        return self.world.stage.position_mm(self.world.clock.now_s)

    def _status(self, group: str = "") -> int:
        if self.moving:
            return _HOMING if self.world.stage is self._search else _MOVING
        if self._search is not None:
            self._still = _HOMED if self.world.stage is self._search else _UNREFERENCED
            self._search = None
        return self._still

    def _head_for(self, target_mm: float) -> Motion:
        now_s = self.world.clock.now_s
        self.world.stage = Motion(self._position_mm(), target_mm, now_s, self._dynamics[0])
        return self.world.stage

    def _halt(self, group: str, still: int) -> str:
        self._head_for(self._position_mm())
        self._still, self._search = still, None
        return ""

    def _initialize(self, group: str) -> str:
        self._require(_group(group), _OFF, _KILLED)
        self._still = _UNREFERENCED
        return ""

    def _home(self, group: str) -> Motion:
        self._require(_group(group), _UNREFERENCED)
        self._search = self._head_for(min(max(0.0, self._low_mm), self._high_mm))
        return self._search

    def _move(self, name: str, target: str) -> Motion:
        target_mm = _double(target)
        self._require(_any(name), _STOPPED, _HOMED, _MOVED)
        if not self._low_mm <= target_mm <= self._high_mm:
            raise _RefusedError(_OUT_OF_RANGE)
        self._still = _MOVED
        return self._head_for(round(target_mm / self.resolution_mm) * self.resolution_mm)

    def _move_by(self, name: str, step: str) -> Motion:
        return self._move(name, repr(self._position_mm() + _double(step)))

    def _abort(self, group: str) -> str:
        self._require(_group(group), _MOVING)
        return self._halt(group, _STOPPED)

    def _get_dynamics(self, name: str, *out: str) -> str:
        _positioner(name)
        return ",".join(repr(value) for value in self._dynamics)

    def _set_dynamics(self, name: str, *texts: str) -> str:
        _positioner(name)
        values = [_double(text) for text in texts]
        if not all(value > 0.0 for value in values):
            raise _RefusedError(_OUT_OF_RANGE)
        self._dynamics = values
        return ""

    def _require(self, name: str, *states: int) -> None:
        if self._status() not in states:
            raise _RefusedError(_NOT_ALLOWED)


class _Connection(Wire):
    """One TCP connection to the controller."""

    def __init__(self, controller: _Controller) -> None:
        super().__init__(controller.world)
        self._controller = controller
        self._text = bytearray()
        self._requests: deque[str] = deque()
        self._awaited: Motion | None = None

    def receive(self, data: bytes) -> None:
        """Take in bytes; a request is complete with its closing bracket."""
        self._text += data
        while (end := self._text.find(b")")) >= 0:
            self._requests.append(self._text[: end + 1].decode("latin-1"))
            del self._text[: end + 1]
        self._carry_out()

    def transmit(self) -> bytes:
        """Return what has come out; the answer to a move comes when it is over."""
        self._carry_out()
        return super().transmit()

    def _carry_out(self) -> None:
        while self._awaited is not None or self._requests:
            if self._awaited is not None:
                given_up = self._world.stage is not self._awaited
                if self._controller.moving and not given_up:
                    return
                self._awaited = None
                self._answer(_ABORTED if given_up else 0, "")
            else:
                self._ask(self._requests.popleft())

    def _ask(self, request: str) -> None:
        try:
            result = self._result(request)
        except _RefusedError as refused:
            self._answer(refused.code, request)
            return
        if isinstance(result, Motion):
            self._awaited = result
        else:
            self._answer(0, result)

    def _result(self, request: str) -> str | Motion:
        found = _REQUEST.fullmatch(request)
        if found is None or found[1] not in self._controller.requests:
            raise _RefusedError(_UNKNOWN)
        n_arguments, act = self._controller.requests[found[1]]
        arguments = [text.strip() for text in found[2].split(",")]
        if len(arguments) != n_arguments:
            raise _RefusedError(_WRONG_COUNT)
        return act(*arguments)

    def _answer(self, code: int, payload: str) -> None:
        self._pending += f"{code},{payload},EndOfAPI".encode("latin-1")


class NewportXpsWire(_Connection):
    """The controller by its first connection; `homed="no"` is one just switched on."""

    def __init__(
        self,
        world: World,
        *,
        travel_low_mm: float | str = 0.0,
        travel_high_mm: float | str = 600.0,
        homed: str = "yes",
    ) -> None:
        still = _HOMED if homed == "yes" else _OFF
        super().__init__(_Controller(world, float(travel_low_mm), float(travel_high_mm), still))

    def connection(self) -> Wire:
        """Return one more connection to the same controller."""
        return _Connection(self._controller)


def _group(name: str) -> str:
    if name != "GROUP1":
        raise _RefusedError(_NO_GROUP)
    return name


def _positioner(name: str) -> str:
    if name != "GROUP1.POSITIONER":
        raise _RefusedError(_NO_POSITIONER)
    return name


def _any(name: str) -> str:
    """Return the name of the group or of its positioner: with one positioner they move alike."""
    return _positioner(name) if "." in name else _group(name)


def _double(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _RefusedError(_NO_DOUBLE) from None
