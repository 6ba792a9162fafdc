"""A USB2000 in bytes: commands on one endpoint, answers and spectra on two others (hardware.md 5.1)."""

from __future__ import annotations

import math
import struct

import numpy as np
from numpy.typing import NDArray

from simulators.world import Sensor, World

COMMANDS, ANSWERS, SPECTRA = 0x02, 0x87, 0x82
"""Endpoints: what the computer sends, short answers, spectra."""

_SYNC = b"\x69"
_N_PIXELS, _PIXELS_PER_BLOCK = 2048, 64
_COVERED = slice(2, 24)
_SLOTS = {
    0: "USB2SIM0001", 1: "339.8021", 2: "0.3804127", 3: "-1.571310E-05", 4: "-2.318460E-09", 5: "0.0",
    14: "0", 15: "2048 simulated",
}  # fmt: skip
"""EEPROM: serial number, coefficients of the wavelengths, stray light, order of the nonlinearity, bench."""
_SLOT_BYTES = 15
_UNUSED_NIBBLE = 0x30
"""The upper four of the 16 bits of a pixel mean nothing, and are not always zero."""
_SENSOR = Sensor(
    electrons_per_count=15.3, dark_counts=110.0, read_noise_electrons=40.0, saturation_counts=4095
)
"""12 bits over a full well of 62 500 electrons."""


class Usb2000:
    """The spectrometer: its sensor integrates one scan after another, whether or not anybody asks.

    A request is answered by the scan that ends next, with the light that fell on it since its beginning.
    """

    def __init__(self, world: World) -> None:
        coefficients = [float(_SLOTS[power + 1]) for power in range(4)]
        axis_nm = np.polynomial.polynomial.polyval(np.arange(_N_PIXELS), coefficients)
        self.wavelengths_nm = np.asarray(axis_nm, dtype=np.float64)
        self._world = world
        self._trigger = 0
        self._integrate(0.1)
        self.reset()

    def reset(self) -> None:
        """Forget what was asked, as when it is configured anew."""
        self._answers = self._spectrum = b""
        self._ends_s = math.inf

    def write(self, endpoint: int, data: bytes) -> None:
        """Take one command; one that it does not know is passed over."""
        code, rest = data[0], data[1:]
        if endpoint != COMMANDS:
            return
        if code == 0x02:
            self._integrate(int.from_bytes(rest, "little") * 1e-3)
        elif code == 0x05:
            self._answers += data + _SLOTS.get(rest[0], "").encode().ljust(_SLOT_BYTES, b"\x00")
        elif code == 0x09 and not self._trigger:
            self._request()
        elif code == 0x0A:
            (self._trigger,) = struct.unpack("<H", rest)

    def read(self, endpoint: int, n_bytes: int, timeout_s: float) -> bytes:
        """Return what an endpoint has, waiting for it on the world's clock; empty if none comes."""
        if endpoint == SPECTRA:
            self._await_spectrum(timeout_s)
            got, self._spectrum = self._spectrum[:n_bytes], self._spectrum[n_bytes:]
        else:
            got, self._answers = self._answers[:n_bytes], self._answers[n_bytes:]
            self._world.clock.sleep(0.0 if got else timeout_s)
        return got

    def _integrate(self, integration_s: float) -> None:
        """Begin to integrate, scan after scan."""
        self._integration_s, self._start_s = integration_s, self._world.clock.now_s
        self._seen = self._light()

    def _light(self) -> NDArray[np.float64]:
        """Return the photo-electrons per second that reach each pixel now."""
        light = self._world.fibre_light(self.wavelengths_nm)
        light[_COVERED] = 0.0
        return light

    def _request(self) -> None:
        """Choose the scan that runs now; its part before now had the light that was seen last."""
        scans_ago = (self._world.clock.now_s - self._start_s) / self._integration_s
        n_ended = math.floor(scans_ago + 1e-6)
        self._ends_s = self._start_s + (n_ended + 1) * self._integration_s
        self._share_before = max(scans_ago - n_ended, 0.0)
        self._before, self._seen = self._seen, self._light()

    def _await_spectrum(self, timeout_s: float) -> None:
        """Let the chosen scan end and read it out, unless a spectrum waits already or time is up."""
        if self._spectrum:
            return
        left_s = self._ends_s - self._world.clock.now_s
        self._world.clock.sleep(min(left_s, timeout_s))
        if left_s <= timeout_s:
            self._ends_s = math.inf
            self._spectrum = _packets(self._read_out())

    def _read_out(self) -> NDArray[np.uint16]:
        """Return the counts of the scan that has just ended."""
        world, now = self._world, self._light()
        light = self._share_before * self._before + (1.0 - self._share_before) * 0.5 * (self._seen + now)
        self._seen = now
        flicker = 1.0 + world.options.fibre.noise * float(world.noise("lamp").standard_normal())
        electrons = (light * self._integration_s * max(flicker, 0.0)).astype(np.float32)
        counts: NDArray[np.uint16] = _SENSOR.counts(electrons[np.newaxis], world.noise("spectrometer"))[0]
        return counts


def _packets(counts: NDArray[np.uint16]) -> bytes:
    """Return the bytes of a spectrum: of 64 pixels at a time the low bytes, then the high ones."""
    blocks = counts.reshape(-1, 1, _PIXELS_PER_BLOCK)
    pairs = np.concatenate([blocks & 0xFF, blocks >> 8 | _UNUSED_NIBBLE], axis=1)
    return pairs.astype(np.uint8).tobytes() + _SYNC
