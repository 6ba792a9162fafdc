"""A stand-in for a USB bus with an Ocean Optics USB2000 on it, in front of the world.

python-seabreeze itself is the real one: it looks at the bus, reads the EEPROM, asks for spectra and decodes
the packets. Neither it nor pyusb is imported before the bus is asked for.
"""

from __future__ import annotations

import itertools
import sys
from types import ModuleType
from typing import Any

from simulators.ocean_usb._device import Usb2000
from simulators.world import World

__all__ = ["UsbBus"]

_numbers = itertools.count(1)


class UsbBus:
    """A bus of its own with one spectrometer; `device` is what hangs on it."""

    def __init__(self, world: World) -> None:
        self.device: Any = Usb2000(world)
        self._number = next(_numbers)

    @property
    def pyusb_backend(self) -> str:
        """Get the name under which seabreeze finds the bus: that of a module in `usb.backend`."""
        name = f"simulated_{self._number}"
        path = f"usb.backend.{name}"
        if path not in sys.modules:
            from simulators.ocean_usb._pyusb import Backend

            backend = Backend(self, self._number)
            sys.modules[path] = ModuleType(path)
            vars(sys.modules[path])["get_backend"] = lambda: backend
        return name
