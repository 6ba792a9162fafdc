"""A USB bus as pyusb sees one: descriptors of a single device, and bulk transfers to and from it."""

from __future__ import annotations

import errno
from array import array
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBTimeoutError

from simulators.ocean_usb._device import ANSWERS, COMMANDS, SPECTRA

_VENDOR, _PRODUCT = 0x2457, 0x1002
_PACKET_BYTES = 64
_BULK = 2
_CONFIGURATION = 1
_FULL_SPEED = 2


def _descriptor(**values: object) -> SimpleNamespace:
    """Return a descriptor of the USB specification; the names are the specification's."""
    return SimpleNamespace(extra_descriptors=b"", **values)


_CONFIGURATIONS = _descriptor(
    bLength=9, bDescriptorType=2, wTotalLength=39, bNumInterfaces=1, bConfigurationValue=_CONFIGURATION,
    iConfiguration=0, bmAttributes=0x80, bMaxPower=100,
)  # fmt: skip
_INTERFACE = _descriptor(
    bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=3,
    bInterfaceClass=0xFF, bInterfaceSubClass=0, bInterfaceProtocol=0, iInterface=0,
)  # fmt: skip
_ENDPOINTS = [
    _descriptor(
        bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=_BULK,
        wMaxPacketSize=_PACKET_BYTES, bInterval=0, bRefresh=0, bSynchAddress=0,
    )
    for address in (COMMANDS, ANSWERS, SPECTRA)
]  # fmt: skip


class Backend(IBackend):  # type: ignore[misc]  # pyusb has no types
    """What pyusb calls; `bus.device` takes and gives the bytes."""

    def __init__(self, bus: Any, number: int) -> None:
        self._bus = bus
        self._device = _descriptor(
            bLength=18, bDescriptorType=1, bcdUSB=0x0110, bDeviceClass=0xFF, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=_PACKET_BYTES, idVendor=_VENDOR, idProduct=_PRODUCT,
            bcdDevice=0x0100, iManufacturer=0, iProduct=0, iSerialNumber=0, bNumConfigurations=1,
            bus=number, address=1, port_number=1, port_numbers=(1,), speed=_FULL_SPEED,
        )  # fmt: skip

    def enumerate_devices(self) -> list[Any]:
        """List what is plugged in."""
        return [self._bus]

    def get_device_descriptor(self, dev: Any) -> SimpleNamespace:
        """Describe the device."""
        return self._device

    def get_configuration_descriptor(self, dev: Any, config: int) -> SimpleNamespace:
        """Describe its only configuration."""
        if config != 0:
            raise IndexError(config)
        return _CONFIGURATIONS

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Describe its only interface."""
        if (intf, alt) != (0, 0):
            raise IndexError(intf)
        return _INTERFACE

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Describe an endpoint."""
        return _ENDPOINTS[ep]

    def open_device(self, dev: Any) -> Any:
        """Return the handle of a device: itself."""
        return dev

    def close_device(self, dev_handle: Any) -> None:
        """Give the handle back."""

    def set_configuration(self, dev_handle: Any, config_value: int) -> None:
        """Take the only configuration; what was asked before is forgotten."""
        dev_handle.device.reset()

    def get_configuration(self, dev_handle: Any) -> int:
        """Return the only configuration."""
        return _CONFIGURATION

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        """Let the program have it."""

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        """Take it back."""

    def reset_device(self, dev_handle: Any) -> None:
        """Reset the port; the next configuration does the rest.

        seabreeze resets also when an old handle is collected, at any time; that must not disturb a new one.
        """

    def is_kernel_driver_active(self, dev_handle: Any, intf: int) -> bool:
        """Say that no other driver has it."""
        return False

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: array[int], timeout: int) -> int:
        """Hand bytes to the device."""
        dev_handle.device.write(ep, data.tobytes())
        return len(data)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        """Fill the buffer with what the device has, up to its size."""
        got = dev_handle.device.read(ep, len(buff), timeout * 1e-3)
        if not got:
            raise USBTimeoutError("Operation timed out", error_code=-7, errno=errno.ETIMEDOUT)
        buff[: len(got)] = array("B", got)
        return len(got)
