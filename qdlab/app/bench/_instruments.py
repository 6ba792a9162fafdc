"""Instruments that take no time, so that what remains is the program's own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.app.bench._prepared import SATURATION_COUNTS, WAVELENGTHS_NM, Prepared
from qdlab.instruments import Bench, DelayStage, Identity, Safety, ShotBlock, Shutter, TADetector, Timing
from qdlab.limits import Range
from qdlab.plan import LIGHT_PATHS, DelayLine, PumpBeam


class _Instant:
    """What costs nothing: to be opened, closed, asked and made safe."""

    def __init__(self, name: str) -> None:
        self.name = name

    def open(self) -> None: ...

    def close(self) -> None: ...

    def make_safe(self) -> None: ...

    def identify(self) -> Identity:
        return Identity("qdlab", f"prepared {self.name}")


class InstantShutter(_Instant, Shutter):
    """A shutter that is where it is wanted."""

    is_open = False

    def set_open(self, is_open: bool) -> None:
        """Be open, or not."""
        self.is_open = is_open


class InstantStage(_Instant, DelayStage):
    """A stage that is where it is wanted."""

    travel = Range(0.0, 1e6, "mm")
    velocity_mm_s = 1e9
    moving = False
    position_mm = 0.0

    def home(self) -> None:
        """Be at home."""

    def start_move(self, position_mm: float) -> None:
        """Be there."""
        self.position_mm = position_mm

    def wait(self, timeout_s: float) -> None:
        """Stand still."""

    def stop(self) -> None:
        """Stand still."""


class PreparedCamera(_Instant, TADetector):
    """A camera that gives the same read-outs again and again, without waiting for light."""

    saturation_counts = SATURATION_COUNTS
    shot_rate_hz = 1e9

    def __init__(self, point: Prepared) -> None:
        super().__init__("camera")
        self._block = ShotBlock(point.shots, point.pump_on, point.sequence)

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Wavelength of each pixel."""
        return WAVELENGTHS_NM

    def arm(self, n_shots: int) -> None:
        """Have them ready."""

    def read(self, timeout_s: float) -> ShotBlock:
        """Return them."""
        return self._block


def instant_bench(point: Prepared) -> Bench:
    """Return a bench with stage and camera."""
    return Bench(
        name="instant",
        shutters={path: InstantShutter(path) for path in LIGHT_PATHS},
        delay_line=DelayLine(passes=2, zero_mm=0.0),
        pump_beam=PumpBeam(
            wavelength_nm=400.0, pinhole_radius_mm=0.1, pulse_rate_hz=2500.0, full_fluence_cm2=1e15
        ),
        timing=Timing(shutter_s=0.0, chopper_s=0.0, attenuator_s=0.0, power_reading_s=0.0),
        safety=Safety(current_a=1.0, saturated_fraction=0.1, pause_s=0.0),
        delay_stage=InstantStage("stage"),
        ta_detector=PreparedCamera(point),
    )
