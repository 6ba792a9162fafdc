"""When errors must grow because points scatter about a fit by more than they allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qdlab.analysis._windows import Floats

IMPROBABLE = 0.01
"""Scatter that would happen this rarely is taken to say that the errors are too small."""


def enlargement(squares: ArrayLike, freedom: int) -> Floats:
    """Return the factor for errors, sqrt(chi2/freedom) where chi2 is improbable, else 1.

    Enlarging on every chi2 above its mean would make good errors too large by a tenth on average.
    """
    from scipy.special import gammaincc

    chi2 = np.asarray(squares, dtype=np.float64)
    if freedom < 1:
        return np.ones_like(chi2)
    return np.where(gammaincc(freedom / 2.0, chi2 / 2.0) < IMPROBABLE, np.sqrt(chi2 / freedom), 1.0)
