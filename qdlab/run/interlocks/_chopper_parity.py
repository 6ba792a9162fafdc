"""A chopper out of step, as the data show it."""

from __future__ import annotations

import numpy as np

from qdlab.run.interlocks._interlock import WELL, Interlock
from qdlab.run.interlocks._seen import ShotsSeen


class ChopperParity(Interlock):
    """Nearly all consecutive pulses must differ in their tag.

    So a chopper that cannot report its lock, and one that reports it wrongly, is found by the data; the
    reduction leaves out the few pairs that a slip or a wrong tag spoils.
    """

    limit, action, looks_at = "chopper_parity_fraction", "stop", (ShotsSeen,)

    def __init__(self, limit: float) -> None:
        self._limit = limit

    def look(self, seen: ShotsSeen) -> str | None:
        """Count consecutive pulses with the same tag."""
        if not seen.tags_matter:
            return None
        follows = seen.sequence[1:] == seen.sequence[:-1] + 1
        same = seen.pump_on[1:] == seen.pump_on[:-1]
        n_follow = np.count_nonzero(follows)
        share = np.count_nonzero(same & follows) / n_follow if n_follow else 1.0
        if share <= self._limit:
            return WELL
        return (
            f"chopper: {share:.0%} of consecutive shots have the same pump tag, the limit is "
            f"{self._limit:.0%}; it does not let every other laser pulse through: check its phase"
        )
