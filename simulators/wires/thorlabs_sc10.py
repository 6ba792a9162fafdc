"""A Thorlabs SC10 shutter controller as its serial port shows it (hardware.md 6.3)."""

from __future__ import annotations

from simulators.wires._blade import BladeWire
from simulators.world import World

_SETTINGS = {
    "mode": (1, 5), "trig": (0, 1), "xto": (0, 1), "open": (0, 999_999), "shut": (0, 999_999),
    "rep": (1, 99), "baud": (0, 1),
}  # fmt: skip
_ACTS = ("save", "savp", "resp")
_EXTERNAL_GATE = 5


class ThorlabsSc10Wire(BladeWire):
    """Echo, answer, prompt; `ens` toggles.

    The programmes of modes 2 to 4 are not played: enabled is open. In external gate mode (5) nothing drives
    the gate, so it stays closed. A tripped interlock closes the blade and leaves `ens` as it is; the sources
    do not say whether the instrument does.
    """

    def __init__(self, world: World, beam: str = "pump") -> None:
        super().__init__(world, beam)
        self._values = dict.fromkeys(_SETTINGS, 1) | {
            "trig": 0,
            "xto": 0,
            "open": 100,
            "shut": 100,
            "baud": 0,
        }
        self._enabled = self._light_passes
        self._tripped = False
        self._line = b""

    def trip_interlock(self, tripped: bool) -> None:
        """Open the interlock's loop, or close it again."""
        self._tripped = tripped
        self._follow()

    def receive(self, data: bytes) -> None:
        """Echo every byte; carry a line out at its CR."""
        for byte in data:
            self._pending.append(byte)
            if byte != 0x0D:
                self._line += bytes([byte])
                continue
            line, self._line = self._line.decode("ascii", "replace"), b""
            answer = self._carry_out(line) if line else ""
            self._pending += (answer.encode("ascii") + b"\r" if answer else b"") + b"> "

    def _carry_out(self, line: str) -> str:
        key, equals, text = line.partition("=")
        if line == "ens":
            self._enabled = not self._enabled
            self._follow()
            return ""
        if equals and key in _SETTINGS:
            return self._set(key, text)
        if line.endswith("?"):
            return self._answer(line[:-1])
        return "" if line in _ACTS else "Command error CMD_NOT_DEFINED"

    def _set(self, key: str, text: str) -> str:
        low, high = _SETTINGS[key]
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            return "Command error CMD_ARG_INVALID"
        self._values[key] = int(text)
        self._follow()
        return ""

    def _answer(self, key: str) -> str:
        states = {
            "ens": int(self._enabled),
            "closed": int(self._light_passes if self._moving else not self._light_passes),
            "interlock": int(self._tripped),
        } | self._values
        if key == "id":
            return "THORLABS SC10 VERSION 1.07"
        if key == "":
            return " ".join(sorted(states))
        return str(states[key]) if key in states else "Command error CMD_NOT_DEFINED"

    def _follow(self) -> None:
        gated = self._values["mode"] != _EXTERNAL_GATE and not self._tripped
        self._move(self._enabled and gated)
