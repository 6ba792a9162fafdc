"""When the coherent artefact comes at each wavelength (physics.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qdlab.analysis._windows import Floats

N_ROUNDS, N_MORE_ROUNDS = 12, 3
N_PARAMETERS = 6
SLOW_RISE = 3.0
"""In widths of the artefact: carriers that cool reach the band edge later than the pump does."""

SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "gaussian": lambda x: np.exp(-(x**2) / 2.0),
    "derivative": lambda x: x * np.exp(-(x**2) / 2.0),
    "second derivative": lambda x: (1.0 - x**2) * np.exp(-(x**2) / 2.0),
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


def find_artefact(
    delays_ps: Floats, wavelength_nm: Floats, da: Floats, *, common_noise: bool
) -> tuple[ArtefactTimes, Floats]:
    """Find when the artefact comes in each column of dA [delay, group]; return also the noise they share.

    A column is a constant, an artefact, a step and a slower rise of the same time and width; times, widths
    and shapes are searched over a grid on which every amplitude is solved exactly, so there is no start value
    and no local minimum. With `common_noise`, what all columns share at a delay is solved for between the
    searches, [delay]: quiet pixels cannot serve here, because the artefact is in them too. It begins as the
    median of the columns, most of which the chirp keeps free of the artefact at any one delay.
    """
    spacing = float(np.median(np.diff(np.unique(delays_ps))))
    shapes, widths = list(SHAPES), spacing * np.geomspace(0.4, 6.0, 10)
    common = np.median(da, axis=1) if common_noise else np.zeros(len(delays_ps))
    for _ in range(N_ROUNDS if common_noise else 2):
        found = _search(delays_ps, wavelength_nm, da - common[:, np.newaxis], shapes, widths)
        shapes, widths = [found.shape], found.width_ps * np.geomspace(0.75, 1.33, 5)
        if common_noise:
            common = _common_noise(delays_ps, da, found)
    return found, common


def find_again(delays_ps: Floats, da: Floats, like: ArtefactTimes, common: Floats) -> ArtefactTimes:
    """Find the times in part of the delays, with shape and width as found before, starting from `common`."""
    found = like
    for _ in range(N_MORE_ROUNDS if common.any() else 1):
        clean = da - common[:, np.newaxis]
        found = _search(delays_ps, like.wavelength_nm, clean, [like.shape], np.array([like.width_ps]))
        common = _common_noise(delays_ps, da, found) if common.any() else common
    return found


def _common_noise(delays_ps: Floats, da: Floats, found: ArtefactTimes) -> Floats:
    """Solve for what all columns share at each delay, jointly with each column's own amplitudes.

    What the columns' shapes could explain as well (small eigenvalues) is left to them.
    """
    known = np.isfinite(found.time_ps)
    total, beside = np.zeros((len(delays_ps),) * 2), np.zeros(len(delays_ps))
    for time, column in zip(found.time_ps[known], da[:, known].T, strict=True):
        basis = _basis(delays_ps, time, found.width_ps, found.shape)
        total += np.eye(len(delays_ps)) - basis @ basis.T
        beside += column - basis @ (basis.T @ column)
    return np.asarray(np.linalg.pinv(total, rcond=0.03, hermitian=True) @ beside)


def _search(
    delays_ps: Floats, wavelength_nm: Floats, da: Floats, shapes: list[str], widths: Floats
) -> ArtefactTimes:
    """Return the times, and the shape and width that suit all columns best."""
    spacing = float(np.median(np.diff(np.unique(delays_ps))))
    times = np.arange(delays_ps.min(), delays_ps.max() + spacing / 8, spacing / 4)
    kinds = [(shape, float(width)) for shape in shapes for width in widths]
    squares = np.array(
        [[_left_over(delays_ps, da, time, width, shape) for time in times] for shape, width in kinds]
    )
    smallest = squares.min(axis=1)
    noise = np.maximum(smallest.min(axis=0), 1e-300)
    k = int(np.argmin(np.sum(smallest / noise, axis=1)))
    time, curvature = _vertex(times, squares[k])
    variance = smallest[k] / max(len(delays_ps) - N_PARAMETERS, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(2.0 * variance / curvature)
    return ArtefactTimes(wavelength_nm, time, error, kinds[k][1], kinds[k][0])


def _left_over(delays_ps: Floats, da: Floats, time_ps: float, width_ps: float, shape: str) -> Floats:
    """Return the squares each column leaves over after its best fit with this time, width and shape."""
    basis = _basis(delays_ps, time_ps, width_ps, shape)
    return np.asarray(np.sum((da - basis @ (basis.T @ da)) ** 2, axis=0))


def _basis(delays_ps: Floats, time_ps: float, width_ps: float, shape: str) -> Floats:
    """Return constant, artefact, step and a slower rise at this time, as orthonormal columns."""
    from scipy.special import log_ndtr, ndtr

    x = (delays_ps - time_ps) / width_ps
    step = ndtr(x)
    slow = step - np.exp(0.5 / SLOW_RISE**2 - x / SLOW_RISE + log_ndtr(x - 1.0 / SLOW_RISE))
    return np.asarray(np.linalg.qr(np.stack([np.ones_like(x), SHAPES[shape](x), step, slow], axis=1))[0])


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
