"""A stand-in for FieldMax2Lib.dll with one FieldMaxII on the USB, in front of the world.

Functions are called by name; those that fill a buffer return [success, content], as the process does that
calls the real DLL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulators.faces import SimulatedPowerMeter
from simulators.world import World

_HANDLE = 0
_RATE_HZ = 10.0
_LOW_NM, _HIGH_NM = 190, 11_000
_TRUE, _FALSE = 0xFFFF, 0
_STATE = {
    "probeType": 3, "meterType": 1, "lastFault": 0, "measurementMode": 2, "areaCorrectionEnabled": _FALSE,
    "attenuationCorrectionModeEnabled": _FALSE, "autoRangingEnabled": _TRUE, "powerState": _TRUE,
}  # fmt: skip
"""An optical sensor on a FieldMaxII-TOP that measures watts."""


class FieldMax2Lib:
    """The library; `state` is what the meter says of itself."""

    def __init__(self, world: World) -> None:
        options = SimulatedPowerMeter.Options(
            wavelength_low_nm=_LOW_NM, wavelength_high_nm=_HIGH_NM, reading_s=0.0
        )
        self._clock = world.clock
        self._meter = SimulatedPowerMeter("meter", options, world)
        self._meter.open()
        self.state: dict[str, int] = dict(_STATE)
        self._is_ready = False
        self._is_open = False
        self._taken_s = 0.0
        self._functions: dict[str, Callable[..., Any]] = {
            "fm2LibInit": self._init,
            "fm2LibDeInit": self._deinit,
            "fm2LibOpenDriver": self._open_driver,
            "fm2LibCloseDriver": self._close_driver,
            "fm2LibSync": self._known,
            "fm2LibGetSerialNumber": lambda handle: [bool(self._known(handle)), "0417D21R"],
            "fm2LibGetInstrumentState": lambda handle: [bool(self._known(handle)), dict(self.state)],
            "fm2LibPackagedSendReply": self._reply,
            "fm2LibGetData": self._data,
        }

    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function by its name."""
        return self._functions[function](*arguments)

    def close(self) -> None:
        """Forget everything, as when the process that loaded the library ends."""
        self._is_ready = self._is_open = False

    def _init(self) -> int:
        self._is_ready = True
        return -1

    def _deinit(self) -> int:
        self.close()
        return _TRUE

    def _open_driver(self, index: int) -> int:
        if index or not self._is_ready:
            return -1
        self._is_open, self._taken_s = True, self._clock.now_s
        return _HANDLE

    def _close_driver(self, handle: int) -> int:
        closed, self._is_open = self._known(handle), False
        return closed

    def _known(self, handle: int) -> int:
        return _TRUE if self._is_open and handle == _HANDLE else _FALSE

    def _reply(self, handle: int, command: str) -> list[Any]:
        """Answer WOO, and WOO with a wavelength, which is coerced into the sensor's limits."""
        if not self._known(handle) or not command.startswith("WOO"):
            return [False, ""]
        if asked := command.removeprefix("WOO"):
            self._meter.set_wavelength(min(max(int(asked), _LOW_NM), _HIGH_NM))
        return [True, f"{self._meter.wavelength_nm:.0f},{_LOW_NM},{_HIGH_NM}"]

    def _data(self, handle: int, at_most: int) -> list[Any]:
        """Return the packets since the last call; False if there are none."""
        n_new = int((self._clock.now_s - self._taken_s) * _RATE_HZ + 1e-6)
        if not n_new or not self._known(handle):
            return [False, []]
        self._taken_s += n_new / _RATE_HZ
        n_packets = min(n_new, at_most)
        return [True, [[float(np.float32(self._meter.read_power_w())), "reading"] for _ in range(n_packets)]]
