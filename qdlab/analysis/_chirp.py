"""Time zero over wavelength, t0(lambda), from the coherent artefact (physics.md section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats

OUTLIER_SIGMAS = 4.0
N_GROUPS = 64
N_ROUNDS = 4
N_FOLDS = 10
N_PARAMETERS = 6
SLOW_RISE = 3.0
"""In widths of the artefact: carriers that cool reach the band edge later than the pump does."""
SCALE_NM = 100.0


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


@dataclass(frozen=True)
class Chirp:
    """t0(lambda) = sum of coefficients[k] ((lambda - centre_nm)/100 nm)^k in ps, and how well it is known.

    `used` marks the artefact times kept; `residual_rms_ps` is theirs; `covariance` is the coefficients'.
    """

    coefficients: Floats
    covariance: Floats
    centre_nm: float
    residual_rms_ps: float
    artefact: ArtefactTimes
    used: NDArray[np.bool_]

    def t0_ps(self, wavelength_nm: ArrayLike) -> Floats:
        """Return time zero at each wavelength."""
        return np.asarray(self._powers(wavelength_nm) @ self.coefficients)

    def error_ps(self, wavelength_nm: ArrayLike) -> Floats:
        """Return the standard error of time zero at each wavelength."""
        powers = self._powers(wavelength_nm)
        return np.asarray(np.sqrt(np.einsum("...i,ij,...j", powers, self.covariance, powers)))

    def _powers(self, wavelength_nm: ArrayLike) -> Floats:
        return _powers(wavelength_nm, self.centre_nm, len(self.coefficients) - 1)


def find_chirp(
    delays_ps: Floats, wavelengths_nm: Floats, da: Floats, order: int, *, common_noise: bool = True
) -> Chirp:
    """Return t0(lambda) from dA [delay, px] on dense delays about time zero.

    `common_noise` says that noise shared by all pixels is still in the data, as after reducing shots without
    the quiet pixels.

    The covariance is a jackknife over delays: pulse noise is shared by all wavelengths of a delay, so the
    scatter along wavelength would not show it. MissingDataError if the delays are too few.
    """
    nm, grouped = _group(wavelengths_nm, da)
    finite = np.isfinite(grouped).all(axis=1)
    delays, grouped = delays_ps[finite], grouped[finite]
    if len(np.unique(delays)) < 10 or nm.size < 2:
        raise MissingDataError(f"no chirp: {len(delays)} delays at {nm.size} wavelengths are too few")
    artefact = artefact_times(delays, nm, grouped, common_noise=common_noise)
    chirp = fit_chirp(artefact, order)
    without = []
    for fold in range(N_FOLDS):
        kept = np.arange(len(delays)) % N_FOLDS != fold
        part = artefact_times(delays[kept], nm, grouped[kept], common_noise=common_noise, like=artefact)
        without.append(fit_chirp(part, order).coefficients)
    spread = np.array(without) - np.mean(without, axis=0)
    return replace(chirp, covariance=np.asarray((N_FOLDS - 1) / N_FOLDS * spread.T @ spread))


def artefact_times(
    delays_ps: Floats,
    wavelength_nm: Floats,
    da: Floats,
    *,
    common_noise: bool = True,
    like: ArtefactTimes | None = None,
) -> ArtefactTimes:
    """Find when the artefact comes in each column of dA [delay, group].

    A column is a constant, an artefact and a step of the same time and width; times, widths and shapes are
    searched over a grid on which every amplitude is solved exactly, so there is no start value and no local
    minimum. With `like`, width and shape are known. Noise that all columns share at a delay is solved for
    between the searches: quiet pixels cannot serve here, because the artefact is in them too.
    """
    spacing = float(np.median(np.diff(np.unique(delays_ps))))
    shapes = list(SHAPES) if like is None else [like.shape]
    widths = spacing * np.geomspace(0.4, 6.0, 10) if like is None else np.array([like.width_ps])
    common = np.zeros(len(delays_ps))
    for _ in range(N_ROUNDS):
        found = _search(delays_ps, wavelength_nm, da - common[:, np.newaxis], shapes, widths)
        if common_noise:
            common = _common_noise(delays_ps, da, found)
        if like is None:
            shapes, widths = [found.shape], found.width_ps * np.geomspace(0.75, 1.33, 5)
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


def fit_chirp(artefact: ArtefactTimes, order: int) -> Chirp:
    """Fit the polynomial t0(lambda) to artefact times, leaving out those far off; weights are their errors.

    The covariance is enlarged where the times scatter more than their errors say.
    """
    centre = float(np.mean(artefact.wavelength_nm))
    powers = _powers(artefact.wavelength_nm, centre, order)
    used = np.isfinite(artefact.time_ps) & np.isfinite(artefact.error_ps)
    if used.sum() <= order + 1:
        raise MissingDataError(
            f"no chirp: {used.sum()} artefact times cannot carry a polynomial of order {order}"
        )
    coefficients = _robust_start(powers[used], artefact.time_ps[used])
    for _ in range(10):
        residual = artefact.time_ps - powers @ coefficients
        limit = OUTLIER_SIGMAS * max(1.4826 * float(np.median(np.abs(residual[used]))), 1e-6)
        kept = np.isfinite(residual) & np.isfinite(artefact.error_ps) & (np.abs(residual) < limit)
        if kept.sum() <= order + 1:
            break
        weights = 1.0 / _floored(artefact.error_ps[kept])
        weighted = powers[kept] * weights[:, np.newaxis]
        coefficients = np.asarray(
            np.linalg.lstsq(weighted, artefact.time_ps[kept] * weights)[0], dtype=np.float64
        )
        if np.array_equal(kept, used):
            break
        used = kept
    return _judged(artefact, powers, coefficients, used, centre)


def _judged(
    artefact: ArtefactTimes, powers: Floats, coefficients: Floats, used: NDArray[np.bool_], centre_nm: float
) -> Chirp:
    residual = (artefact.time_ps - powers @ coefficients)[used]
    weights = 1.0 / _floored(artefact.error_ps[used])
    weighted = powers[used] * weights[:, np.newaxis]
    freedom = max(len(residual) - len(coefficients), 1)
    chi2 = float(np.sum((residual * weights) ** 2)) / freedom
    covariance = np.asarray(np.linalg.inv(weighted.T @ weighted) * max(chi2, 1.0), dtype=np.float64)
    return Chirp(coefficients, covariance, centre_nm, float(np.sqrt(np.mean(residual**2))), artefact, used)


def _floored(errors: Floats) -> Floats:
    """Keep a lucky few from carrying the fit: no error counts as less than half the median."""
    return np.maximum(errors, max(0.5 * float(np.median(errors)), 1e-9))


def _robust_start(powers: Floats, times: Floats) -> Floats:
    """Fit with least absolute deviations, by reweighting: outliers do not pull it."""
    coefficients = np.linalg.lstsq(powers, times)[0]
    for _ in range(30):
        weights = 1.0 / np.sqrt(np.maximum(np.abs(times - powers @ coefficients), 1e-4))
        coefficients = np.linalg.lstsq(powers * weights[:, np.newaxis], times * weights)[0]
    return np.asarray(coefficients)


def _powers(wavelength_nm: ArrayLike, centre_nm: float, order: int) -> Floats:
    x = (np.asarray(wavelength_nm, dtype=np.float64) - centre_nm) / SCALE_NM
    return np.asarray(np.polynomial.polynomial.polyvander(x, order))


def _group(wavelengths_nm: Floats, da: Floats) -> tuple[Floats, Floats]:
    """Average neighbouring useful pixels; return wavelengths [group] and dA [delay, group]."""
    useful = np.isfinite(da).any(axis=0)
    order = np.flatnonzero(useful)[np.argsort(wavelengths_nm[useful])]
    groups = np.array_split(order, min(N_GROUPS, max(len(order), 1)))
    nm = np.array([wavelengths_nm[group].mean() for group in groups if len(group)])
    return nm, np.array([da[:, group].mean(axis=1) for group in groups if len(group)]).T


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
