"""Arguments held against what they can mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def require_between(what: str, values: ArrayLike, low: float, high: float = np.inf) -> NDArray[np.float64]:
    """Return the values as floats; ValueError naming the first one outside low..high (NaN passes)."""
    checked = np.asarray(values, dtype=np.float64)
    outside = (checked < low) | (checked > high)
    if np.any(outside):
        limits = f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more"
        raise ValueError(f"{what}: {checked[outside].flat[0]:g} is outside {limits}")
    return checked
