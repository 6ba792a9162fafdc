"""How absorbed photons are spread over the dots."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between


def poisson_shares(n_x: ArrayLike, n_max: int) -> NDArray[np.float64]:
    """Return the shares of dots with 0, 1 .. n_max excitons, [..., n_max + 1]; those with more are left out.

    `n_x` is the mean. ValueError if it is negative.
    """
    from scipy.special import gammaln, xlogy

    mean = require_between("n_x", n_x, 0.0)[..., np.newaxis]
    n = np.arange(n_max + 1)
    return np.asarray(np.exp(xlogy(n, mean) - mean - gammaln(n + 1.0)))
