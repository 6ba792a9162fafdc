"""A line sensor: photo-electrons become counts, with shot noise, read noise, a dark level and a ceiling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a sensor turns light into uint16 counts."""

    electrons_per_count: float
    dark_counts: float
    read_noise_electrons: float
    saturation_counts: int

    def counts(
        self, electrons: NDArray[np.float32], generator: np.random.Generator, offset_counts: ArrayLike = 0.0
    ) -> NDArray[np.uint16]:
        """Return the counts of each read-out [read-out, pixel] of the mean photo-electrons.

        `offset_counts` is added to whole read-outs, [read-out] or one for all. Shot noise is Gaussian with
        the variance of Poisson's: above some 1e4 electrons the two cannot be told apart, and below, read
        noise is in the way.
        """
        signal = generator.standard_normal(electrons.shape, dtype=np.float32)
        signal *= np.sqrt(electrons + np.float32(self.read_noise_electrons**2))
        signal += electrons
        signal *= np.float32(1.0 / self.electrons_per_count)
        signal += np.asarray(self.dark_counts + np.asarray(offset_counts), dtype=np.float32)[..., np.newaxis]
        np.rint(signal, out=signal)
        np.clip(signal, 0.0, self.saturation_counts, out=signal)
        return signal.astype(np.uint16)
