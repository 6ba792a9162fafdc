"""A Thorlabs MC2000B chopper as its serial port shows it (hardware.md 3.1)."""

from __future__ import annotations

from simulators.wires._wire import Wire
from simulators.world import World
from simulators.world.world import CHOPPER_DIVISOR

_SETTINGS = {
    "freq": (1, 10_000), "blade": (0, 14), "nharmonic": (1, 15), "dharmonic": (1, 15), "phase": (0, 360),
    "enable": (0, 1), "ref": (0, 3), "output": (0, 4), "oncycle": (1, 50), "intensity": (1, 10),
    "verbose": (0, 1),
}  # fmt: skip
_STANDBY_ONLY = {"blade", "ref", "output", "nharmonic", "dharmonic"}
_EXTERNAL = {0: (2, 3), 6: (2, 3), 7: (2, 3)}
"""Which values of ref mean the external input, by blade; 1 on all others."""


class ThorlabsMc2000bWire(Wire):
    """Echo, answer, prompt; settings that standby alone accepts; a speed that takes time.

    The blade is slaved to the world's laser. The world knows one way of chopping, every other pulse: a blade
    that turns in any other way is, to the world, one that stands open. What an error line says beyond
    "Command error CMD_NOT_DEFINED" is not in the sources; only the word "error" is.
    """

    spin_s = 2.0
    """Time to reach the speed."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._values = dict.fromkeys(_SETTINGS, 1) | {"freq": 100, "blade": 6, "ref": 0, "enable": 0}
        self._values |= {"output": 0, "phase": 0, "verbose": 0}
        self._since_s = 0.0
        self._line = b""
        self.overspeeds = False
        """A fault to switch on: the blade stops itself at spin-up."""

    def receive(self, data: bytes) -> None:
        """Echo every byte; carry a line out at its CR."""
        for byte in data:
            self._pending.append(byte)
            if byte != 0x0D:
                self._line += bytes([byte])
                continue
            line, self._line = self._line, b""
            answer = self._carry_out(line.decode("ascii", "replace")) if line else ""
            self._pending += (answer.encode("ascii") + b"\r" if answer else b"") + b"> "

    def _carry_out(self, line: str) -> str:
        self._stop_if_too_fast()
        key, equals, text = line.partition("=")
        if equals and key in _SETTINGS:
            return self._set(key, text)
        return self._answer(line)

    def _set(self, key: str, text: str) -> str:
        low, high = _SETTINGS[key]
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            return "Command error CMD_ARG_INVALID"
        if key in _STANDBY_ONLY and self._values["enable"]:
            return "Command error CMD_NOT_ALLOWED"
        if key == "enable" and int(text) != self._values["enable"]:
            self._since_s = self._world.clock.now_s
        self._values[key] = int(text)
        self._world.chopper_running = self._chops_every_other()
        return ""

    def _answer(self, line: str) -> str:
        if line == "id?":
            return "THORLABS MC2000B Version 1.0"
        if line == "?":
            return " ".join(sorted(_SETTINGS))
        if line == "input?":
            return f"{self._laser_hz:.0f}"
        if line == "refoutfreq?":
            return f"{self._output_hz():.0f}"
        known = line.endswith("?") and line[:-1] in _SETTINGS
        return str(self._values[line[:-1]]) if known else "Command error CMD_NOT_DEFINED"

    @property
    def _laser_hz(self) -> float:
        return self._world.options.pump.laser_rate_hz

    @property
    def _external(self) -> bool:
        return self._values["ref"] in _EXTERNAL.get(self._values["blade"], (1,))

    def _chops_every_other(self) -> bool:
        ratio = (self._values["nharmonic"], self._values["dharmonic"])
        return bool(self._values["enable"]) and self._external and ratio == (1, CHOPPER_DIVISOR)

    def _output_hz(self) -> float:
        """Return what the output shows: the target, or what the blade does, rising evenly at spin-up."""
        values = self._values
        ratio = values["nharmonic"] / values["dharmonic"]
        target_hz = self._laser_hz * ratio if self._external else float(values["freq"])
        if values["output"] == 0:
            return target_hz
        turned_s = self._world.clock.now_s - self._since_s
        return min(turned_s / self.spin_s, 1.0) * target_hz if values["enable"] else 0.0

    def _stop_if_too_fast(self) -> None:
        if self.overspeeds and self._world.clock.now_s - self._since_s > 0.5 * self.spin_s:
            self._values["enable"] = 0
            self._world.chopper_running = False
