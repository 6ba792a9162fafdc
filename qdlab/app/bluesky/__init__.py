"""A bench's instruments as Bluesky devices, for plans of a facility; needs `pip install "qdlab[bluesky]"`."""

from qdlab.app.bluesky._axis import AxisDevice
from qdlab.app.bluesky._bench import bluesky_devices
from qdlab.app.bluesky._camera import CameraDevice

__all__ = ["AxisDevice", "CameraDevice", "bluesky_devices"]
