"""The vectorised bootstrap beside loops over curve_fit and lmfit.Model: the same curve, the same noise.

    python tests/benchmarks/bootstrap.py

Prints the table of docs/validation.md. lmfit is left out where it is not installed. The last row is the curve
that thresholds are read off (Poisson's shares), with the errors of N_X, level and sigma besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import curve_fit

from qdlab.analysis import Series, find_crossing
from qdlab.analysis.gain import saturating_crossings

Floats = NDArray[np.float64]

N_REPETITIONS, N_ROUNDS = 1000, 5
N_X = np.array([0.03, 0.1, 0.3, 0.6, 0.9, 1.3, 1.6, 1.9, 3.0, 4.5, 6.6])
START = (8e-3, 1.5)
ERROR, LEVEL, LEVEL_ERROR = 6e-5, 4e-3, 5e-5


def curve(n_x: Floats, a: float, b: float) -> Floats:
    """Return the paper's a(1 - exp(-N/b))."""
    return np.asarray(-a * np.expm1(-n_x / b))


BLEACH = curve(N_X, 8e-3, 1.9)
RANDOM = np.random.default_rng(2021)
REPEATED = BLEACH[:, np.newaxis] + ERROR * RANDOM.standard_normal((len(N_X), N_REPETITIONS))
LEVELS = LEVEL + LEVEL_ERROR * RANDOM.standard_normal(N_REPETITIONS)


def vectorised() -> Floats:
    """Return the crossings of all repetitions at once."""
    return saturating_crossings(N_X, REPEATED, LEVELS)


def by_curve_fit() -> Floats:
    """Return them one after the other."""
    fits = [curve_fit(curve, N_X, bleach, START)[0] for bleach in REPEATED.T]
    return _crossings(np.array(fits))


def by_lmfit() -> Floats:
    """Return them one after the other, by lmfit."""
    from lmfit import Model

    model = Model(curve)
    fits = [model.fit(bleach, n_x=N_X, a=START[0], b=START[1]).best_values for bleach in REPEATED.T]
    return _crossings(np.array([(fit["a"], fit["b"]) for fit in fits]))


def whole_threshold() -> None:
    """Find a threshold with its intervals as the reduction does."""
    errors = np.full(len(N_X), ERROR)
    find_crossing(Series(N_X, 0.01 * N_X, BLEACH, errors, LEVEL, LEVEL_ERROR, 0.02), N_REPETITIONS, 0)


def _crossings(fits: Floats) -> Floats:
    a, b = fits.T
    return np.asarray(-b * np.log1p(-LEVELS / a))


def rows() -> Iterator[str]:
    """Yield the rows of the table; contestants take turns."""
    contestants: dict[str, Callable[[], Floats | None]] = {
        "vectorised": vectorised,
        "loop over scipy.optimize.curve_fit": by_curve_fit,
        **({"loop over lmfit.Model": by_lmfit} if find_spec("lmfit") else {}),
        "threshold with all its intervals": whole_threshold,
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    found: dict[str, Floats | None] = {}
    for _ in range(N_ROUNDS):
        for name, run in contestants.items():
            start = perf_counter()
            found[name] = run()
            times[name].append(perf_counter() - start)
    fastest = float(np.median(times["vectorised"]))
    for name, values in found.items():
        took = float(np.median(times[name]))
        error = "" if values is None else f"{values.std(ddof=1):.5f}"
        yield f"| {name} | {1e3 * took:.1f} ms | {took / fastest:.1f} | {error} |"


def main() -> None:
    """Print the table."""
    print(f"| {N_REPETITIONS} repetitions of {len(N_X)} fluences | time | ratio | standard error |")
    print("|---|---|---|---|")
    print("\n".join(rows()))


if __name__ == "__main__":
    main()
