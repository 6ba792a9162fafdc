"""Where pump and probe coincide on the delay stage: what a bench file's `zero_mm` should be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis.transient._chirp import Chirp
from qdlab.plan import DelayLine


@dataclass(frozen=True)
class TimeZero:
    """Time zero in the middle of the 1S band: on the run's delay axis, and the stage position it lies at.

    `believed_mm` is the `zero_mm` of the bench the run was made on.
    """

    band_ps: float
    error_ps: float
    zero_mm: float
    zero_error_mm: float
    believed_mm: float

    def __str__(self) -> str:
        ps, mm = _decimals(self.error_ps, 3), _decimals(self.zero_error_mm, 4)
        return (
            f"time zero of the band is at {self.band_ps:+.{ps}f} ± {self.error_ps:.{ps}f} ps on this run's "
            f"delays: [delay_line] zero_mm = {self.zero_mm:.{mm}f} (± {self.zero_error_mm:.{mm}f}) "
            f"in the bench file, instead of {self.believed_mm:.4f}"
        )


def _decimals(error: float, least: int) -> int:
    """Return the decimals that show at least one digit of an error."""
    return max(least, -math.floor(math.log10(error))) if 0.0 < error < math.inf else least


def find_time_zero(tree: xr.DataTree, chirp: Chirp, choices: Choices) -> TimeZero | None:
    """Return time zero by the chirp found; None if the file tells nothing of its delay line, as an import."""
    about = (tree.attrs.get("lab") or {}).get("delay_line")
    if about is None:
        return None
    line, middle_nm = DelayLine(**about), np.array([np.mean(choices.band_nm)])
    band_ps, error_ps = float(chirp.t0_ps(middle_nm)[0]), float(chirp.error_ps(middle_nm)[0])
    zero_mm = line.to_mm(band_ps)
    return TimeZero(band_ps, error_ps, zero_mm, line.to_mm(error_ps) - line.zero_mm, line.zero_mm)
