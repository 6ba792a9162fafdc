"""When the coherent artefact comes at each wavelength (physics.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qdlab.analysis._windows import Floats

N_ROUNDS = 12
SLOW_RISE = 3.0
"""In widths of the artefact: carriers that cool reach the band edge later than the pump does."""
ABSORBED = 0.03
"""What nearly all columns' shapes explain (eigenvalues below this share) is not called common noise."""


def _gaussian(x: Floats) -> Floats:
    return np.asarray(np.exp(-(x**2) / 2.0))


SHAPES: dict[str, tuple[Callable[[Floats], Floats], ...]] = {
    "gaussian": (_gaussian,),
    "derivative": (lambda x: x * _gaussian(x),),
    "second derivative": (lambda x: (1.0 - x**2) * _gaussian(x),),
    "mixed": (_gaussian, lambda x: x * _gaussian(x), lambda x: (1.0 - x**2) * _gaussian(x)),
}
"""What a coherent artefact looks like in time, in units of its width: the data say which it is."""


@dataclass(frozen=True)
class ArtefactTimes:
    """When the artefact comes, by groups of neighbouring pixels; `width_ps` is its Gaussian sigma.

    `shape` is a name in SHAPES.
    """

    wavelength_nm: Floats
    time_ps: Floats
    error_ps: Floats
    width_ps: float
    shape: str


def bases(delays_ps: Floats, times_ps: Floats, width_ps: float, rise: float, shape: str) -> Floats:
    """Return constant, artefact, step, slower rise and ramp at each time, [time, delay, shape], orthonormal.

    `rise` is the time constant of the slower rise, in widths; the ramp is how what rose decays meanwhile.
    """
    from scipy.special import log_ndtr, ndtr

    x = (delays_ps - times_ps[:, np.newaxis]) / width_ps
    step = ndtr(x)
    slow = step - np.exp(0.5 / rise**2 - x / rise + log_ndtr(x - 1.0 / rise))
    ramp = x * step + _gaussian(x) / np.sqrt(2.0 * np.pi)
    artefact = [part(x) for part in SHAPES[shape]]
    return np.asarray(np.linalg.qr(np.stack([np.ones_like(x), step, slow, ramp, *artefact], axis=-1))[0])


def n_amplitudes(shape: str) -> int:
    """Return how many amplitudes each column has: constant, step, slow rise, ramp and the artefact's."""
    return 4 + len(SHAPES[shape])


def common_part(basis: Floats, da: Floats, weights: Floats, absorbed: float) -> Floats:
    """Solve for what all columns share at each delay, jointly with each column's own amplitudes.

    `basis` [group, delay, shape] is that of each column of dA [delay, group], and `weights` [group] is
    1/variance.
    """
    n_delays = len(da)
    flat = (basis * np.sqrt(weights)[:, np.newaxis, np.newaxis]).transpose(1, 0, 2).reshape(n_delays, -1)
    total = weights.sum() * np.eye(n_delays) - flat @ flat.T
    return np.asarray(
        np.linalg.pinv(total, rcond=absorbed, hermitian=True) @ (left_over(basis, da) @ weights)
    )


def left_over(basis: Floats, da: Floats) -> Floats:
    """Return dA [delay, group] less the best fit of each column's own basis [group, delay, shape]."""
    amplitudes = np.einsum("gdk,dg->gk", basis, da)
    return np.asarray(da - np.einsum("gdk,gk->dg", basis, amplitudes))


def search(
    delays_ps: Floats, wavelength_nm: Floats, da: Floats, shape: str, widths: Floats, rise: float = SLOW_RISE
) -> ArtefactTimes:
    """Return the times, and the width that suits all columns best."""
    spacing = float(np.median(np.diff(np.unique(delays_ps))))
    times = np.arange(delays_ps.min(), delays_ps.max() + spacing / 8, spacing / 4)
    squares = np.array([_squares(bases(delays_ps, times, width, rise, shape), da) for width in widths])
    smallest = squares.min(axis=1)
    noise = np.maximum(smallest.min(axis=0), 1e-300)
    k = int(np.argmin(np.sum(smallest / noise, axis=1)))
    time, curvature = _vertex(times, squares[k])
    variance = smallest[k] / max(len(delays_ps) - n_amplitudes(shape) - 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(2.0 * variance / curvature)
    return ArtefactTimes(wavelength_nm, time, error, float(widths[k]), shape)


def find_artefact(
    delays_ps: Floats, wavelength_nm: Floats, da: Floats, shape: str, *, common_noise: bool
) -> ArtefactTimes:
    """Find when an artefact of this shape comes in each column of dA [delay, group].

    A column is a constant, an artefact, a step, a slower rise and a ramp of the same time and width; times
    and widths are searched over a grid on which every amplitude is solved exactly, so there is no start value
    and no local minimum. With `common_noise`, what all columns share at a delay is solved for between the
    searches: quiet pixels cannot serve here, because the artefact is in them too. It begins as the median of
    the columns, most of which the chirp keeps free of the artefact at any one delay.
    """
    spacing = float(np.median(np.diff(np.unique(delays_ps))))
    widths = spacing * np.geomspace(0.4, 6.0, 10)
    common = np.median(da, axis=1) if common_noise else np.zeros(len(delays_ps))
    for _ in range(N_ROUNDS if common_noise else 2):
        found = search(delays_ps, wavelength_nm, da - common[:, np.newaxis], shape, widths)
        widths = found.width_ps * np.geomspace(0.75, 1.33, 5)
        known = np.isfinite(found.time_ps)
        if common_noise and known.any():
            basis = bases(delays_ps, found.time_ps[known], found.width_ps, SLOW_RISE, shape)
            common = common_part(basis, da[:, known], np.ones(known.sum()), ABSORBED)
    return found


def _squares(basis: Floats, da: Floats) -> Floats:
    """Return the squares [time, group] each column leaves over after its best fit with each basis."""
    explained = np.sum((basis.transpose(0, 2, 1) @ da) ** 2, axis=1)
    return np.asarray(np.maximum(np.sum(da**2, axis=0) - explained, 0.0))


def _vertex(times: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Refine each column's minimum over the times by a parabola; NaN where it lies at the end of the grid."""
    step = times[1] - times[0]
    best = squares.argmin(axis=0)
    inner = np.clip(best, 1, len(times) - 2)
    group = np.arange(squares.shape[1])
    before, at, after = (squares[inner + k, group] for k in (-1, 0, 1))
    curvature = (before - 2.0 * at + after) / step**2
    with np.errstate(divide="ignore", invalid="ignore"):
        time = times[inner] - (after - before) / (2.0 * step) / curvature
    bad = (inner != best) | ~(curvature > 0.0)
    return np.where(bad, np.nan, time), np.where(bad, np.nan, curvature)
