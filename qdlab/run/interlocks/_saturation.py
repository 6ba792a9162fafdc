"""A camera that is too bright."""

from __future__ import annotations

import numpy as np

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ShotsSeen


class Saturation(Interlock):
    """The share of read-outs, pixel by pixel, that are saturated."""

    limit, action, looks_at = "saturated_fraction", "stop", (ShotsSeen,)

    def __init__(self, limit: float, saturation_counts: int) -> None:
        self._limit = limit
        self._saturation_counts = saturation_counts

    def look(self, seen: ShotsSeen) -> str | None:
        """Count saturated pixels, if there are any; a dark camera does not tell how bright the light is."""
        well = WELL if seen.light else None
        if seen.brightest.max(initial=0) < self._saturation_counts:
            return well
        share = np.count_nonzero(seen.shots >= self._saturation_counts) / seen.shots.size
        if share <= self._limit:
            return well
        return (
            f"camera: {share:.1%} of the read-outs are saturated ({self._saturation_counts} counts), the "
            f"limit is {self._limit:.1%}; attenuate the probe"
        )
