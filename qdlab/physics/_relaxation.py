"""Auger and radiative recombination as a chain N -> N - 1, solved exactly (physics.md section 7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.physics._check import require_between

MOST_BY_MODES = 20
"""Up to so many excitons the chain's modes are well enough conditioned for a part in 1e11; more take expm."""


def recombination_rates(
    injected: int, n_max: int, *, tau_xx_ps: float = 310.0, tau_r_ps: float = 20_000.0
) -> NDArray[np.float64]:
    """Return the rates in 1/ps at which a dot with 0 .. n_max excitons and `injected` electrons loses one.

    Auger by the two trion channels, each k_XX/4 (Klimov's statistical scaling), radiative n_e n_h / tau_r.
    """
    n_h = np.arange(n_max + 1.0)
    n_e = n_h + injected
    pairs = n_e * (n_e - 1.0) * n_h / 2.0 + n_h * (n_h - 1.0) * n_e / 2.0
    return np.asarray(pairs / (4.0 * tau_xx_ps) + n_e * n_h / tau_r_ps)


def relaxation(
    delays_ps: ArrayLike, injected: int, n_max: int, *, tau_xx_ps: float = 310.0, tau_r_ps: float = 20_000.0
) -> NDArray[np.float64]:
    """Return the chance that a dot that began with N_start excitons holds N after each delay.

    Shape [delay, N_start, N], N from 0 to n_max; `injected` electrons stay. ValueError for a delay below 0.
    """
    from scipy.linalg import expm

    delays = require_between("delay (ps)", np.atleast_1d(delays_ps), 0.0)
    rates = recombination_rates(injected, n_max, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)
    if n_max <= MOST_BY_MODES and np.all(np.diff(rates) > 0.0):
        modes = _modes(rates)
        decays = np.exp(-delays[:, np.newaxis] * rates)
        return np.tril(np.maximum((modes * decays[:, np.newaxis]) @ np.linalg.inv(modes), 0.0))
    generator = np.diag(-rates) + np.diag(rates[1:], k=-1)
    return np.asarray(expm(delays[:, np.newaxis, np.newaxis] * generator))


def _modes(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the eigenvectors [N, mode] of a chain with these rates, all different; eigenvalues: -rates."""
    modes = np.eye(len(rates))
    for n in range(1, len(rates)):
        modes[n, :n] = rates[n] * modes[n - 1, :n] / (rates[n] - rates[:n])
    return modes
