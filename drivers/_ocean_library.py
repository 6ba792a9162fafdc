"""What of python-seabreeze the Ocean Optics driver uses: finding devices, and what its errors mean."""

from __future__ import annotations

import errno
import importlib
from typing import Any

from qdlab.errors import BadReplyError, InstrumentTimeoutError, NotConnectedError, QdlabError


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
