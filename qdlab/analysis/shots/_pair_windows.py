"""The windows over which each pair of shots is averaged, neighbours multiplied together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]

GROUP = 16
"""Windows multiplied at once: more would multiply mostly zeros, fewer would call too often."""


@dataclass(frozen=True)
class Windows:
    """Weights [px, window] with sum 1 each, all zero for a window that is not covered; plain data."""

    weights: Pixels

    @classmethod
    def of(cls, band: NDArray[np.floating], bins: NDArray[np.floating] | None = None) -> Windows:
        """Return the band's window, with the bins' [px, bin] behind it."""
        columns = band[:, np.newaxis] if bins is None else np.column_stack([band, bins])
        return cls(np.asarray(columns, dtype=np.float32))

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self.weights.shape[1])

    def over(self, lit: NDArray[np.bool_]) -> Windows:
        """Return the windows without the other pixels; one that has no lit pixel is covered no more."""
        weights = self.weights * lit[:, np.newaxis]
        return Windows(normalised(weights))

    def averages(self, pairs: Pixels, out: Pixels) -> None:
        """Put the averages [pair, window] of pairs [pair, px] into `out`; leave uncovered windows alone."""
        for px, columns, weights in self._groups:
            out[:, columns] = pairs[:, px] @ weights

    @cached_property
    def _groups(self) -> list[tuple[slice, NDArray[np.intp], Pixels]]:
        """Neighbouring windows, the pixels in any of them, and their weights there."""
        weighted = self.weights != 0.0
        first, last = weighted.argmax(axis=0), len(weighted) - weighted[::-1].argmax(axis=0)
        covered = np.flatnonzero(weighted.any(axis=0))
        covered = covered[np.argsort(first[covered], kind="stable")]
        groups = []
        for start in range(0, covered.size, GROUP):
            columns = covered[start : start + GROUP]
            px = slice(int(first[columns].min()), int(last[columns].max()))
            groups.append((px, columns, np.ascontiguousarray(self.weights[px, columns])))
        return groups


def normalised(weights: Pixels) -> Pixels:
    """Return weights with sum 1 along the pixels; those without any stay zero."""
    total = weights.sum(axis=0)
    return np.asarray(weights / np.where(total > 0.0, total, np.float32(1.0)))
