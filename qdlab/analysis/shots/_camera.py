"""What has to be known of a camera before its shots become dA."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis._windows import Floats, inside
from qdlab.analysis.shots._pair_windows import Pixels, Windows, normalised

BRIGHTNESS_PIXELS = 64
"""About so many pixels tell how bright a shot is: a missing pulse is missing in all of them."""


@dataclass(frozen=True)
class Camera:
    """A camera's dark level and what its pixels are good for; plain data that can be sent elsewhere.

    `dark` [px] in counts, NaN where a pixel is useless; `quiet` [px] are those whose mean is noise common to
    all, None if nothing is; of `windows` the first is the band, the others are the bins. What follows from
    them is worked out once, for all points.
    """

    dark: Pixels
    quiet: NDArray[np.bool_] | None
    windows: Windows
    saturation_counts: float

    @classmethod
    def of(
        cls,
        wavelengths_nm: Floats,
        band_nm: tuple[float, float],
        quiet_nm: tuple[float, float],
        saturation_counts: float,
    ) -> Camera:
        """Return one whose dark level is not known yet; the pixels inside the band are its only window."""
        band = inside(wavelengths_nm, band_nm).astype(np.float32)
        return cls(
            np.zeros(wavelengths_nm.size, dtype=np.float32),
            inside(wavelengths_nm, quiet_nm),
            Windows.of(band / max(float(band.sum()), 1.0)),
            saturation_counts,
        )

    def darkened(self, dark: Pixels) -> Camera:
        """Return the camera with this dark level."""
        return replace(self, dark=dark)

    @cached_property
    def useful(self) -> NDArray[np.bool_]:
        """Which pixels have a dark level."""
        return np.isfinite(self.dark)

    @cached_property
    def common(self) -> Pixels | None:
        """Weights of the quiet pixels in what is common to all."""
        return None if self.quiet is None else share(self.quiet)

    def brightness(self, shots: NDArray[np.uint16]) -> Pixels:
        """Return the light of each shot in some useful pixels spread over the camera."""
        some, weights, dark = self._spread
        return np.asarray(shots[:, some].astype(np.float32) @ weights - dark)

    @cached_property
    def _spread(self) -> tuple[slice, Pixels, np.float32]:
        """Some pixels over the camera, 1 for each that is useful, and the dark level of them all."""
        some = slice(None, None, max(1, self.dark.size // BRIGHTNESS_PIXELS))
        if not self.useful[some].any():
            some = slice(None)
        dark = self.dark[some][self.useful[some]].sum()
        return some, self.useful[some].astype(np.float32), dark


def share(pixels: NDArray[np.bool_]) -> Pixels:
    """Return equal weights with sum 1; NaN without a pixel, for then what all have in common is unknown."""
    weights = pixels.astype(np.float32)
    return normalised(weights) if pixels.any() else np.full_like(weights, np.nan)
