"""How the injected electrons are spread over the dots: a choice, not a fact (physics.md section 6)."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between

Dopants = str | Callable[[NDArray[np.float64], int], NDArray[np.float64]]
"""A name in DOPANTS, or a function (n_1s, g_e) -> shares[..., g_e + 1]."""


def dopant_shares(n_1s: ArrayLike, g_e: int = 2, dopants: Dopants = "binomial") -> NDArray[np.float64]:
    """Return the shares of dots that hold 0, 1 .. g_e injected electrons.

    Shape [..., g_e + 1]; the mean is `n_1s`. ValueError if n_1s is outside 0..g_e.
    """
    mean = require_between("n_1s", n_1s, 0.0, g_e)
    return _spread(dopants)(mean, g_e)


def charging(u_kt: float) -> Dopants:
    """Return dopants that repel each other on a dot with energy `u_kt` (in kT); g_e = 2 only.

    Weights 1 : 2x : x^2 exp(-U/kT), x fixed by the mean. U = 0 is binomial, a large U the integer mixture.
    """
    q = max(math.exp(-u_kt), sys.float_info.min)

    def shares(n_1s: NDArray[np.float64], g_e: int) -> NDArray[np.float64]:
        if g_e != 2:
            raise ValueError(f"charging dopants: g_e = {g_e} is not 2")
        n = np.minimum(n_1s, 2.0 - n_1s)[..., np.newaxis]  # electrons and vacancies are alike
        x = n / (1.0 - n + np.sqrt((1.0 - n) ** 2 + q * n * (2.0 - n)))
        weights = np.concatenate([np.ones_like(x), 2.0 * x, q * x**2], axis=-1)
        fewer = weights / weights.sum(axis=-1, keepdims=True)
        return np.asarray(np.where(n_1s[..., np.newaxis] > 1.0, fewer[..., ::-1], fewer))

    return shares


def _binomial(n_1s: NDArray[np.float64], g_e: int) -> NDArray[np.float64]:
    """Fill g_e states independently (the paper's Fig. 5a)."""
    c = np.arange(g_e + 1)
    f = n_1s[..., np.newaxis] / g_e
    ways = np.array([math.comb(g_e, k) for k in c], dtype=np.float64)
    return np.asarray(ways * f**c * (1.0 - f) ** (g_e - c))


def _integer(n_1s: NDArray[np.float64], g_e: int) -> NDArray[np.float64]:
    """Mix only the two whole numbers next to the mean."""
    return np.maximum(0.0, 1.0 - np.abs(n_1s[..., np.newaxis] - np.arange(g_e + 1)))


DOPANTS = {"binomial": _binomial, "integer": _integer}


def _spread(dopants: Dopants) -> Callable[[NDArray[np.float64], int], NDArray[np.float64]]:
    if not isinstance(dopants, str):
        return dopants
    if dopants not in DOPANTS:
        raise ValueError(f"dopants: {dopants!r} is not one of {', '.join(sorted(DOPANTS))}")
    return DOPANTS[dopants]
