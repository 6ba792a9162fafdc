"""Time zero over wavelength, t0(lambda), from the coherent artefact (physics.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.analysis._artefact import ArtefactTimes, find_again, find_artefact
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats

OUTLIER_SIGMAS = 4.0
N_GROUPS = 64
N_FOLDS = 10
SCALE_NM = 100.0


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
    the quiet pixels. The covariance is a jackknife over delays: that noise is shared by all wavelengths of a
    delay, so the scatter along wavelength would not show it. MissingDataError if the delays are too few.
    """
    nm, grouped = _group(wavelengths_nm, da)
    finite = np.isfinite(grouped).all(axis=1)
    delays, grouped = delays_ps[finite], grouped[finite]
    if len(np.unique(delays)) < 10 or nm.size < 2:
        raise MissingDataError(f"no chirp: {len(delays)} delays at {nm.size} wavelengths are too few")
    artefact, common = find_artefact(delays, nm, grouped, common_noise=common_noise)
    chirp = fit_chirp(artefact, order)
    without = []
    for fold in range(N_FOLDS):
        kept = np.arange(len(delays)) % N_FOLDS != fold
        part = find_again(delays[kept], grouped[kept], artefact, common[kept])
        without.append(fit_chirp(part, order).coefficients)
    spread = np.array(without) - np.mean(without, axis=0)
    return replace(chirp, covariance=np.asarray((N_FOLDS - 1) / N_FOLDS * spread.T @ spread))


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
