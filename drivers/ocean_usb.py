r"""Ocean Optics USB2000 and its family (HR2000, USB650, USB2000+, USB4000, Flame-S, ...) on python-seabreeze.

seabreeze (MIT, extra "seabreeze") decodes the packets; it is imported on opening. Its backend "pyseabreeze"
needs libusb 1.0 on the computer; "cseabreeze" brings what it needs. `seabreeze_os_setup` once makes
the device accessible. Source: seabreeze 2.11.0 (devices.py, features/spectrometer.py).

- The sensor runs freely in the normal trigger mode (USB2000-FLG manual, appendix B), so the scan that comes
  first may have begun before the shutter moved or the integration time changed: `discard_scans`.
- seabreeze truncates an integration time to the instrument's step without saying so, and it cannot be read
  back: it is rounded to `integration_step_s` here, and that is what was used.
- seabreeze does not look at the sync byte 0x69 behind a spectrum, and makes a spectrum of a reply of one
  byte: equal counts in all pixels are refused. After anything went wrong in an exchange the device is reset
  and opened anew before the next one.
- The time stamp of a scan is the arrival of its counts minus the integration time, late by the read-out.
- seabreeze scales some models (USB2000+, ...) by a saturation value of their EEPROM; such counts are rounded,
  and what lies above saturation is set to saturation.

Not found in any source: how long read-out and transfer take, and how many scans a device holds back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from drivers._line_instrument import DriverOptions
from drivers._ocean_library import SHOWN, Facts, facts_of, kind_of, listed, opened
from qdlab.errors import InstrumentStateError, NotConnectedError, QdlabError
from qdlab.instruments import Identity, ScanBlock, Spectrometer, Surroundings
from qdlab.limits import Range

_NORMAL = 0
_MAX_SCANS = 100_000
_ATTEMPTS = 12
_CLOSE_ENOUGH = 0.05


class OceanUsb(Spectrometer):
    """A spectrometer on a USB port of this computer."""

    class Options(DriverOptions):
        """Options of an Ocean Optics spectrometer."""

        resource: str = Field("usb", pattern=r"^(usb|sim://.*)$")
        """"usb", or "sim://" for the simulation."""
        serial: str = ""
        """Serial number, such as "USB2E1234"; empty: the first spectrometer that is found."""
        backend: Literal["pyseabreeze", "cseabreeze"] = "pyseabreeze"
        """Which half of seabreeze talks to the device."""
        discard_scans: int = Field(1, ge=0, le=100)
        """Scans thrown away before each block, because they may have begun too early."""
        integration_step_s: float = Field(1e-3, gt=0.0, le=0.1)
        """Step of the integration time (s): 1 ms for USB2000, HR2000 and USB650, 1 us for many others."""
        n_pixels: int = Field(2048, ge=2, le=65_536)
        """Nominal pixels of the sensor."""
        wavelength_low_nm: float = Field(340.0, gt=0.0)
        """Nominal wavelength of the first pixel."""
        wavelength_high_nm: float = Field(1030.0, gt=0.0)
        """Nominal wavelength of the last pixel."""
        saturation_counts: int = Field(4095, ge=1, le=65_535)
        """Nominal count at which a pixel is full: 4095 for USB2000, HR2000, USB650."""
        integration_low_s: float = Field(3e-3, gt=0.0)
        """Nominal shortest integration time."""
        integration_high_s: float = Field(655.0, gt=0.0)
        """Nominal longest integration time."""

        @model_validator(mode="after")
        def _check_order(self) -> OceanUsb.Options:
            for what in ("wavelength_{}_nm", "integration_{}_s"):
                low, high = what.format("low"), what.format("high")
                if not getattr(self, low) < getattr(self, high):
                    raise ValueError(f"{low} is not below {high}")
            return self

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        self.name = name
        self._options = options
        self._clock = surroundings.clock
        self._library = surroundings.library
        self._device: Any = None
        self._in_step = False
        self._integration_s = options.integration_low_s
        self._facts = Facts(
            np.linspace(options.wavelength_low_nm, options.wavelength_high_nm, options.n_pixels),
            options.saturation_counts,
            Range(options.integration_low_s, options.integration_high_s, "s"),
        )

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Get the wavelength of each pixel."""
        return self._facts.wavelengths_nm

    @property
    def saturation_counts(self) -> int:
        """Get the counts at which a pixel is full."""
        return self._facts.saturation_counts

    @property
    def dark_pixels(self) -> tuple[int, ...]:
        """Get the indices of the pixels that see no light; known when open."""
        return self._facts.dark_pixels

    @property
    def integration_range(self) -> Range:
        """Get the integration times that may be asked for."""
        return self._facts.integration

    @property
    def integration_s(self) -> float:
        """Get the integration time in use."""
        self._check_open()
        return self._integration_s

    def open(self) -> None:
        """Find the spectrometer, learn what it is, and set its shortest time; harmless if open already."""
        if self._device is None:
            self._connect()

    def close(self) -> None:
        """Disconnect; harmless if closed already."""
        device, self._device = self._device, None
        if device is not None:
            with self._exchange("be closed"):
                device.close()

    def identify(self) -> Identity:
        """Ask for the serial number."""
        device = self._reach()
        with self._exchange("say who it is"):
            return Identity("Ocean Optics", device.model, device.get_serial_number())

    def set_integration(self, integration_s: float) -> None:
        """Set the integration time, rounded to the instrument's step."""
        device, step_s = self._reach(), self._options.integration_step_s
        self.integration_range.require(f"{self.name}: integration time", integration_s)
        rounded_us = round(round(integration_s / step_s) * step_s * 1e6)
        with self._exchange(f"integrate for {rounded_us} us"):
            device.f.spectrometer.set_integration_time_micros(rounded_us)
        self._integration_s = rounded_us * 1e-6

    def read(self, n_scans: int) -> ScanBlock:
        """Take scans one after another; the first ones are thrown away (`discard_scans`)."""
        self._reach()
        Range(1, _MAX_SCANS, "scans").require(f"{self.name}: block", n_scans)
        for _ in range(self._options.discard_scans):
            self._scan()
        time_s, counts = zip(*(self._scan() for _ in range(n_scans)), strict=True)
        return ScanBlock(np.array(time_s), np.stack(counts))

    def choose_integration(self, target_share: float = 0.8, longest_s: float = 1.0) -> float:
        """Set the integration time with which the brightest pixel comes to a share of saturation; return it.

        Both shares are above the dark level. With too little light for that it is `longest_s`; with too much
        InstrumentStateError.
        """
        Range(0.1, 0.95, "").require(f"{self.name}: share of saturation", target_share)
        limits = Range(self.integration_range.low, min(longest_s, self.integration_range.high), "s")
        for _ in range(_ATTEMPTS):
            share, before_s = self._brightest_share(), self.integration_s
            if abs(share / target_share - 1.0) < _CLOSE_ENOUGH:
                return before_s
            factor = 0.25 if share >= 1.0 else min(target_share / max(share, 0.01), 10.0)
            self.set_integration(min(max(before_s * factor, limits.low), limits.high))
            if self.integration_s == before_s:
                break
        if share >= 1.0:
            raise InstrumentStateError(
                f"{self.name}: saturated even in {self.integration_s:g} s; take less light"
            )
        return self.integration_s

    def make_safe(self) -> None:
        """Do nothing: a scan that was asked for ends by itself, and is dropped before the next."""
        self._check_open()

    def _connect(self) -> None:
        """Find and open the device; leave nothing open if that fails."""
        with self._exchange("be reached; is it plugged in, and did seabreeze_os_setup run once?"):
            devices = listed(self._options.backend, self._library)
            self._device = opened(self.name, devices, self._options.serial)
        try:
            self._prepare()
            self.set_integration(self.integration_range.low)
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Set the normal trigger mode, in which no trigger is waited for, and learn what the device is."""
        with self._exchange("say what it is"):
            self._device.f.spectrometer.set_trigger_mode(_NORMAL)
            self._facts = facts_of(self._device.f.spectrometer, self._options.integration_step_s)

    def _restart(self) -> None:
        """Reset the device and open it anew, because an exchange went wrong."""
        with self._exchange("be opened anew"):
            self._device.close()
            self._device.open()
        self._prepare()
        self.set_integration(self._integration_s)

    def _scan(self) -> tuple[float, NDArray[np.uint16]]:
        """Take the next scan: when it began, and its counts."""
        device = self._reach()
        with self._exchange("give a spectrum"):
            raw = np.asarray(device.f.spectrometer.get_intensities(), dtype=np.float64)
            start_s = self._clock.now_s - self._integration_s
            if raw.shape != self.wavelengths_nm.shape or not np.all((raw >= 0.0) & np.isfinite(raw)):
                raise ValueError(f"{raw.size} counts for {self.wavelengths_nm.size} pixels: {raw[:SHOWN]}...")
            if np.ptp(raw) == 0.0:
                raise ValueError(f"all pixels read {raw[0]:g}: a reply cut short, or far too much light")
        return start_s, np.minimum(np.rint(raw), self.saturation_counts).astype(np.uint16)

    def _brightest_share(self) -> float:
        """Return how far above the dark level the brightest pixel is; 1 at saturation."""
        counts, dark = self.read(1).counts[0].astype(np.float64), list(self.dark_pixels)
        level = float(np.mean(counts[dark])) if dark else 0.0
        lit = np.delete(counts, dark)
        return float((lit.max() - level) / max(self.saturation_counts - level, 1.0))

    def _check_open(self) -> None:
        if self._device is None:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")

    def _reach(self) -> Any:
        """Return the open device; after an exchange that went wrong it is reset and opened anew."""
        self._check_open()
        if not self._in_step:
            self._restart()
        return self._device

    @contextmanager
    def _exchange(self, what: str) -> Iterator[None]:
        """Say in our words what the library, pyusb or the operating system say; remember if it went wrong."""
        self._in_step = False
        try:
            yield
        except QdlabError:
            raise
        except Exception as error:
            raise kind_of(error)(f"{self.name} could not {what}: {error!r}") from error
        self._in_step = True
