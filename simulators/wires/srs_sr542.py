"""An SRS SR542 chopper as its USB serial port shows it (hardware.md 3.2)."""

from __future__ import annotations

from simulators.wires._srs import ILLEGAL_SET, ILLEGAL_VALUE, UNDEFINED_COMMAND, SrsError, SrsWire, whole
from simulators.world import World
from simulators.world.world import CHOPPER_DIVISOR

_TOKENS = {
    "SRCE": ("INT", "VCO", "LINE", "EXT"),
    "EDGE": ("RISE", "FALL", "SINE"),
    "CTRL": ("SHAFT", "INNER", "OUTER"),
    "MOTR": ("OFF", "ON"),
    "RELP": ("OFF", "ON"),
    "TOKN": ("OFF", "ON"),
}
_ENDS = {"LF": b"\n", "CR": b"\r", "CRLF": b"\r\n"}
_BYTES = ("CHPT", "CHNT", "CHEN")
_MOTOR, _LASER, _FREQUENCY, _PHASE = 1, 2, 4, 8
_SLOTS = (100, 10)
"""Outer and inner slots of the blade that is mounted."""


class SrsSr542Wire(SrsWire):
    """Tokens as words or numbers, conditions that come one after another at spin-up, a latched loss of lock.

    The world knows one way of chopping, every other pulse: a blade that turns in any other way is, to the
    world, one that stands open.
    """

    model = "SR542"
    spin_s = 3.0
    """Time to lock; the frequency is there after two thirds of it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._tokens = dict.fromkeys(_TOKENS, 0) | {"TOKN": 1}
        self._wholes = {"MULT": 1, "DIVR": 1} | dict.fromkeys(_BYTES, 0)
        self._numbers = {"PHAS": 0.0, "IFRQ": 100.0}
        self._events = 0
        self._since_s = 0.0
        self.laser_reaches_it = True
        """A fault to switch off: whether the trigger cable is plugged in."""

    def lose_lock(self) -> None:
        """Lose the phase lock now (a fault); it is found again after a third of the time to lock."""
        self._latch(self._condition() & _PHASE)
        self._since_s = self._world.clock.now_s - self.spin_s * 2.0 / 3.0

    def _query(self, name: str, argument: str) -> str:
        if name in _TOKENS:
            return _TOKENS[name][self._tokens[name]] if self._tokens["TOKN"] else str(self._tokens[name])
        if name in self._wholes:
            return str(self._wholes[name])
        if name in self._numbers:
            return f"{self._numbers[name]:.2f}"
        if name in ("CHCR", "CHEV"):
            return self._register(name, argument)
        if name == "MFRQ":
            return f"{self._frequencies_hz()[whole(argument, 0, 6)]:.3f}"
        if name == "SLOT":
            return str(_SLOTS[1 - whole(argument, 0, 1)])
        raise SrsError(UNDEFINED_COMMAND)

    def _set(self, name: str, argument: str) -> None:
        if name in _TOKENS:
            self._set_token(name, argument)
        elif name in self._wholes:
            self._wholes[name] = whole(argument, 0 if name in _BYTES else 1, 255)
        elif name in self._numbers:
            self._set_number(name, argument)
        elif name == "TERM" and argument in _ENDS:
            self._end = _ENDS[argument]
        else:
            raise SrsError(ILLEGAL_SET if name in ("CHCR", "CHEV", "MFRQ", "SLOT") else UNDEFINED_COMMAND)
        self._world.chopper_running = self._chops_every_other()

    def _set_token(self, name: str, argument: str) -> None:
        words = _TOKENS[name]
        value = words.index(argument) if argument in words else whole(argument, 0, len(words) - 1)
        if name == "MOTR" and value != self._tokens[name]:
            self._latch(self._condition() & (_MOTOR | _LASER | _FREQUENCY | _PHASE))
            self._since_s = self._world.clock.now_s
        self._tokens[name] = value

    def _set_number(self, name: str, argument: str) -> None:
        try:
            self._numbers[name] = round(float(argument), 2)
        except ValueError:
            raise SrsError(ILLEGAL_VALUE) from None

    def _register(self, name: str, argument: str) -> str:
        value = self._condition() if name == "CHCR" else self._events
        mask = 0xFF if argument == "" else 1 << whole(argument, 0, 7)
        if name == "CHEV":
            self._events &= ~mask
        return str(value & mask) if argument == "" else str(int(bool(value & mask)))

    def _latch(self, falling: int) -> None:
        self._events |= falling & self._wholes["CHNT"]

    @property
    def _laser_seen(self) -> bool:
        return _TOKENS["SRCE"][self._tokens["SRCE"]] == "EXT" and self.laser_reaches_it

    def _condition(self) -> int:
        if not self._tokens["MOTR"]:
            return _LASER * self._laser_seen
        turned_s = self._world.clock.now_s - self._since_s
        steady = turned_s >= self.spin_s * 2.0 / 3.0
        locked = turned_s >= self.spin_s and "lost_chopper_lock" not in self._world.faults
        seen = self._laser_seen
        return _MOTOR | _LASER * seen | _FREQUENCY * (seen and steady) | _PHASE * (seen and locked)

    def _chops_every_other(self) -> bool:
        ratio = (self._wholes["MULT"], self._wholes["DIVR"])
        return bool(self._tokens["MOTR"]) and self._laser_seen and ratio == (1, CHOPPER_DIVISOR)

    def _frequencies_hz(self) -> tuple[float, ...]:
        """Return outer, inner, shaft, source, sum, difference, controlled."""
        source_hz = self._world.options.pump.laser_rate_hz if self._laser_seen else self._numbers["IFRQ"]
        turning = bool(self._condition() & _FREQUENCY)
        target_hz = turning * source_hz * self._wholes["MULT"] / self._wholes["DIVR"]
        outer, inner = _SLOTS
        shaft_hz = target_hz / (1, inner, outer)[self._tokens["CTRL"]]
        rings_hz = (outer * shaft_hz, inner * shaft_hz)
        return (*rings_hz, shaft_hz, source_hz, sum(rings_hz), rings_hz[0] - rings_hz[1], target_hz)
