"""What of python-seabreeze the Ocean Optics driver uses: finding devices, what they are, what errors mean."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import BadReplyError, InstrumentTimeoutError, NotConnectedError, QdlabError
from qdlab.limits import Range

SHOWN = 8
"""How many of many numbers an error tells."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the spectrometer is: nominal before it is opened, its own word afterwards."""

    wavelengths_nm: NDArray[np.float64]
    saturation_counts: int
    integration: Range
    dark_pixels: tuple[int, ...] = ()


def listed(backend: str, simulated: Any) -> list[Any]:
    """Return the spectrometers on the USB; the simulated bus is another backend of pyusb.

    pyseabreeze's own list_devices() would also search the network.
    """
    try:
        module = importlib.import_module(f"seabreeze.{'pyseabreeze' if simulated else backend}")
    except ImportError as error:
        raise NotConnectedError('seabreeze is not installed: pip install "qdlab[seabreeze]"') from error
    if backend == "cseabreeze" and not simulated:
        return list(module.SeaBreezeAPI().list_devices())
    usb = importlib.import_module("seabreeze.pyseabreeze.transport").USBTransport
    bus = simulated.pyusb_backend if simulated else None
    return [module.SeaBreezeDevice(handle) for handle in usb.list_devices(pyusb_backend=bus)]


def opened(name: str, devices: Sequence[Any], serial: str) -> Any:
    """Return the first device with this serial number (empty: any), open; the others are closed again."""
    found = []
    for device in devices:
        device.open()
        if serial in ("", device.serial_number):
            return device
        found.append(device.serial_number)
        device.close()
    raise NotConnectedError(f"{name}: no spectrometer {serial!r}; found: {found}")


def facts_of(feature: Any, integration_step_s: float) -> Facts:
    """Return what an open device's spectrometer says about itself; ValueError if that cannot be."""
    wavelengths_nm = np.asarray(feature.get_wavelengths(), dtype=np.float64)
    saturation = feature.get_maximum_intensity()
    if not np.all(np.diff(wavelengths_nm) > 0.0) or not np.all(np.isfinite(wavelengths_nm)):
        raise ValueError(f"its wavelengths do not rise: {wavelengths_nm[:SHOWN]}...")
    if not 0 < saturation <= np.iinfo(np.uint16).max:
        raise ValueError(f"its largest count is {saturation:g}, which 16 bits do not hold")
    low_us, high_us = feature.get_integration_time_micros_limits()
    integration = Range(low_us * 1e-6, high_us * 1e-6 - integration_step_s, "s")  # the upper end is refused
    return Facts(
        wavelengths_nm, int(saturation), integration, tuple(feature.get_electric_dark_pixel_indices())
    )


def kind_of(error: Exception) -> type[QdlabError]:
    """Return which of our errors it is.

    Those of pyusb and of the operating system have a number; RuntimeError is pyseabreeze without libusb.
    Anything else is what the library makes of bytes that it did not expect.
    """
    if getattr(error, "errno", None) == errno.ETIMEDOUT:
        return InstrumentTimeoutError
    if isinstance(error, OSError | RuntimeError) or hasattr(error, "errno"):
        return NotConnectedError
    return BadReplyError
