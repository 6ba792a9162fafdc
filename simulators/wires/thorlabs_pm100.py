"""A Thorlabs PM100D power meter behind the pinhole, as its cable shows it (PM100D manual section 6.4)."""

from __future__ import annotations

import math

from simulators.faces import SimulatedPowerMeter
from simulators.wires._wire import Wire
from simulators.world import World

_SHORT = {
    "SENSE": "SENS", "SENSOR": "SENS", "CORRECTION": "CORR", "WAVELENGTH": "WAV", "WAVE": "WAV",
    "MEASURE": "MEAS", "POWER": "POW", "SYSTEM": "SYST", "ERROR": "ERR", "RANGE": "RANG",
}  # fmt: skip
_LOW_NM, _HIGH_NM, _STEP_NM = 350.0, 1100.0, 0.1
_UNDEFINED, _OUT_OF_RANGE, _ILLEGAL = (
    '-113,"Undefined header"', '-222,"Data out of range"', '-224,"Illegal parameter value"',
)  # fmt: skip
_QUEUE_LENGTH = 20


class ThorlabsPm100Wire(Wire):
    """Short and long headers, a queue of errors, readings that take time, a front panel left at dBm."""

    reading_s = 0.1
    """Time of one reading."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._face = SimulatedPowerMeter(
            "power meter",
            SimulatedPowerMeter.Options(
                wavelength_low_nm=_LOW_NM, wavelength_high_nm=_HIGH_NM, reading_s=0.0
            ),
            world,
        )
        self._face.open()
        self._line = b""
        self._errors: list[str] = []
        self._unit, self._auto = "DBM", False
        self._due: list[tuple[float, bytes]] = []
        self.sensor = "S120VC,17012345,01-FEB-2021,1,18,33"
        """What hangs on it, a photodiode for power at a wavelength; "no sensor,..." is a fault to choose."""

    def receive(self, data: bytes) -> None:
        """Carry every line out at its LF."""
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            for command in line.decode("ascii", "replace").strip().split(";"):
                self._carry_out(command.strip())

    def transmit(self) -> bytes:
        """Return what has come out; a reading when it is done, and what was asked after it."""
        while self._due and self._world.clock.now_s >= self._due[0][0]:
            self._pending += self._due.pop(0)[1]
        return super().transmit()

    def _carry_out(self, command: str) -> None:
        if not command:
            return
        header, _, argument = command.partition(" ")
        key, argument = _canonical(header), argument.strip().upper()
        answer = self._answer(key, argument) if header.endswith("?") else self._set(key, argument)
        if answer is None and len(self._errors) < _QUEUE_LENGTH:
            self._errors.append(_UNDEFINED)
        if answer:
            taken_s = self.reading_s if key == "MEAS:POW" else 0.0
            after_s = self._due[-1][0] if self._due else self._world.clock.now_s
            self._due.append((after_s + taken_s, f"{answer}\n".encode("ascii")))

    def _answer(self, key: str, argument: str) -> str | None:
        if key == "MEAS:POW":
            return f"{self._reading():.8E}"
        if key == "CORR:WAV":
            limits = {"MIN": _LOW_NM, "MAX": _HIGH_NM}
            return f"{limits.get(argument, self._face.wavelength_nm):.6E}"
        if key == "SYST:ERR":
            return self._errors.pop(0) if self._errors else '+0,"No error"'
        answers = {
            "*IDN": "THORLABS,PM100D,P0001234,2.6.0",
            "SYST:SENS:IDN": self.sensor,
            "POW:UNIT": self._unit,
            "POW:RANG:AUTO": str(int(self._auto)),
        }
        return answers.get(key)

    def _set(self, key: str, argument: str) -> str | None:
        """Carry a command out; empty if there is such a command, None if there is none."""
        if key == "CORR:WAV":
            self._set_wavelength(argument)
        elif key == "POW:UNIT" and argument in ("W", "DBM"):
            self._unit = argument
        elif key == "POW:RANG:AUTO" and argument in ("ON", "1", "OFF", "0"):
            self._auto = argument in ("ON", "1")
        elif key in ("POW:UNIT", "POW:RANG:AUTO"):
            self._errors.append(_ILLEGAL)
        else:
            return "" if key == "*CLS" else None
        return ""

    def _set_wavelength(self, argument: str) -> None:
        try:
            wavelength_nm = round(float(argument) / _STEP_NM) * _STEP_NM
        except (ValueError, OverflowError):
            self._errors.append(_ILLEGAL)
            return
        if _LOW_NM <= wavelength_nm <= _HIGH_NM:
            self._face.set_wavelength(wavelength_nm)
        else:
            self._errors.append(_OUT_OF_RANGE)

    def _reading(self) -> float:
        power_w = self._face.read_power_w()
        return power_w if self._unit == "W" else 10.0 * math.log10(max(power_w, 1e-12) / 1e-3)


def _canonical(header: str) -> str:
    """Return a header in short form, without the parts that may be left out."""
    nodes = [_SHORT.get(node, node) for node in header.removesuffix("?").upper().strip(":").split(":")]
    if nodes[0] in ("SENS", "SENS1") and len(nodes) > 1:
        nodes = nodes[1:]
    return ":".join(node for node in nodes if node != "DC")
