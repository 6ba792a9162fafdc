"""Thresholds and gain lifetimes of many ensembles at once, beside one after the other."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from qdlab.app.bench._measured import Measured, doing, in_turn, measured
from qdlab.physics import decaying_absorption, ensemble_absorption, gain_lifetime_ps, gain_threshold

N_LOOPED = 20
"""So many of them are worked out one by one; all of them would take minutes."""

Floats = NDArray[np.float64]


def measure_ensembles(n_ensembles: int, n_rounds: int) -> Measured:
    """Measure threshold and gain lifetime of ensembles with any excitation and charge."""
    n_x, n_1s = ensembles(n_ensembles)

    def loop() -> float:
        start_s = time.perf_counter()
        one_by_one(n_x[:N_LOOPED], n_1s[:N_LOOPED])
        return (time.perf_counter() - start_s) * n_ensembles / N_LOOPED

    return measured(
        in_turn(doing(at_once, n_x, n_1s), loop, n_rounds),
        name="ensembles_vs_loop",
        what="thresholds and gain lifetimes",
        plain="a loop, scipy",
        faster_is_more=True,
        goal=0.0,
        amount=n_ensembles,
        unit="ensembles",
    )


def ensembles(n: int) -> tuple[Floats, Floats]:
    """Return excitons and injected electrons per dot of n ensembles, all of them with gain."""
    random = np.random.default_rng(0)
    return random.uniform(2.0, 10.0, n), random.uniform(0.0, 1.9, n)


def at_once(n_x: Floats, n_1s: Floats) -> tuple[Floats, Floats]:
    """Return threshold and gain lifetime (ps) of each ensemble."""
    return gain_threshold(n_1s), gain_lifetime_ps(n_x, n_1s)


def one_by_one(n_x: Floats, n_1s: Floats) -> tuple[Floats, Floats]:
    """Return the same: roots of A*, sought in each ensemble by itself."""
    from scipy.optimize import brentq

    thresholds = [brentq(lambda n, c=c: float(ensemble_absorption(n, c)), 0.0, 10.0) for c in n_1s]
    lifetimes_ps = [
        brentq(lambda t, n=n, c=c: float(decaying_absorption(t, n, c)[0]), 0.0, 1e6)
        for n, c in zip(n_x, n_1s, strict=True)
    ]
    return np.array(thresholds), np.array(lifetimes_ps)
