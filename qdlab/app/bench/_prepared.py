"""Read-outs made beforehand, as a camera of 1024 pixels behind a chopped pump would give them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis import Camera, inside

N_PIXELS = 1024
SATURATION_COUNTS = 60_000
WAVELENGTHS_NM = np.linspace(480.0, 700.0, N_PIXELS)
BAND_NM = (600.0, 640.0)
QUIET_NM = (680.0, 700.0)


@dataclass(frozen=True)
class Prepared:
    """One point: shots [shot, px] with a bleach of some mOD, pulse noise and shot noise."""

    shots: NDArray[np.uint16]
    pump_on: NDArray[np.bool_]
    sequence: NDArray[np.uint64]
    camera: Camera

    @classmethod
    def of(cls, n_shots: int, seed: int = 0) -> Prepared:
        """Return a point of so many shots."""
        random = np.random.default_rng(seed)
        pump_on = np.arange(n_shots) % 2 == 0
        camera = Camera.of(WAVELENGTHS_NM, BAND_NM, QUIET_NM, SATURATION_COUNTS)
        return cls(
            _counts(random, pump_on),
            pump_on,
            np.arange(n_shots, dtype=np.uint64),
            camera.darkened(np.full(N_PIXELS, 300.25, dtype=np.float32)),
        )


def _counts(random: np.random.Generator, pump_on: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Return counts, made in parts: of 100 000 shots the floats alone would take a gigabyte."""
    light = 20_000.0 * 10.0 ** np.where(inside(WAVELENGTHS_NM, QUIET_NM), 0.0, 0.005)
    counts = np.empty((len(pump_on), N_PIXELS), dtype=np.uint16)
    for k, on in enumerate(pump_on):
        pulse = 1.0 + 0.005 * random.standard_normal()
        shot = light * pulse if on else np.full(N_PIXELS, 20_000.0 * pulse)
        counts[k] = 300.25 + shot + 30.0 * random.standard_normal(N_PIXELS)
    return counts
