"""Time zero over wavelength, t0(lambda), from the coherent artefact (physics.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.analysis.transient._artefact import ArtefactTimes

OUTLIER_SIGMAS = 4.0
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
        terms = self._powers(wavelength_nm)
        return np.asarray(np.sqrt(np.einsum("...i,ij,...j", terms, self.covariance, terms)))

    def judged(self) -> Chirp:
        """Return the chirp with the scatter of its artefact times, and with an error no smaller than that."""
        left_over = (self.artefact.time_ps - self.t0_ps(self.artefact.wavelength_nm))[self.used]
        pulls = left_over / _floored(self.artefact.error_ps[self.used])
        chi2 = float(np.sum(pulls**2)) / max(len(pulls) - len(self.coefficients), 1)
        return replace(
            self,
            covariance=self.covariance * max(chi2, 1.0),
            residual_rms_ps=float(np.sqrt(np.mean(left_over**2))),
        )

    def _powers(self, wavelength_nm: ArrayLike) -> Floats:
        return powers(wavelength_nm, self.centre_nm, len(self.coefficients) - 1)


def fit_chirp(artefact: ArtefactTimes, order: int) -> Chirp:
    """Fit the polynomial t0(lambda) to artefact times, leaving out those far off; weights are their errors.

    The covariance is enlarged where the times scatter more than their errors say.
    """
    centre = float(np.mean(artefact.wavelength_nm))
    terms = powers(artefact.wavelength_nm, centre, order)
    used = np.isfinite(artefact.time_ps) & np.isfinite(artefact.error_ps)
    if used.sum() <= order + 1:
        raise MissingDataError(
            f"no chirp: {used.sum()} artefact times cannot carry a polynomial of order {order}"
        )
    coefficients = _robust_start(terms[used], artefact.time_ps[used])
    for _ in range(10):
        residual = artefact.time_ps - terms @ coefficients
        limit = OUTLIER_SIGMAS * max(1.4826 * float(np.median(np.abs(residual[used]))), 1e-6)
        kept = np.isfinite(residual) & np.isfinite(artefact.error_ps) & (np.abs(residual) < limit)
        if kept.sum() <= order + 1:
            break
        weights = 1.0 / _floored(artefact.error_ps[kept])
        weighted = terms[kept] * weights[:, np.newaxis]
        coefficients = np.asarray(
            np.linalg.lstsq(weighted, artefact.time_ps[kept] * weights)[0], dtype=np.float64
        )
        if np.array_equal(kept, used):
            break
        used = kept
    weighted = terms[used] / _floored(artefact.error_ps[used])[:, np.newaxis]
    covariance = np.asarray(np.linalg.inv(weighted.T @ weighted), dtype=np.float64)
    return Chirp(coefficients, covariance, centre, np.nan, artefact, used).judged()


def chirp_by_hand(points: Sequence[tuple[float, float]], order: int) -> Chirp:
    """Return the polynomial through times of zero that a person put (nm, ps); its error is not known.

    With fewer points than the order asks for, the polynomial is the lower one that goes through them.
    """
    nm, ps = np.array(sorted(points), dtype=np.float64).T
    centre = float(np.mean(nm))
    terms = powers(nm, centre, min(order, len(nm) - 1))
    coefficients = np.asarray(np.linalg.lstsq(terms, ps)[0], dtype=np.float64)
    unknown = np.full((len(coefficients),) * 2, np.nan)
    times = ArtefactTimes(nm, ps, np.zeros(nm.size), np.nan, "by hand")
    rms_ps = float(np.sqrt(np.mean((ps - terms @ coefficients) ** 2)))
    return Chirp(coefficients, unknown, centre, rms_ps, times, np.ones(nm.size, dtype=bool))


def _floored(errors: Floats) -> Floats:
    """Keep a lucky few from carrying the fit: no error counts as less than half the median."""
    return np.maximum(errors, max(0.5 * float(np.median(errors)), 1e-9))


def _robust_start(terms: Floats, times: Floats) -> Floats:
    """Fit with least absolute deviations, by reweighting: outliers do not pull it."""
    coefficients = np.linalg.lstsq(terms, times)[0]
    for _ in range(30):
        weights = 1.0 / np.sqrt(np.maximum(np.abs(times - terms @ coefficients), 1e-4))
        coefficients = np.linalg.lstsq(terms * weights[:, np.newaxis], times * weights)[0]
    return np.asarray(coefficients)


def powers(wavelength_nm: ArrayLike, centre_nm: float, order: int) -> Floats:
    """Return the powers [..., k] of the polynomial's variable."""
    x = (np.asarray(wavelength_nm, dtype=np.float64) - centre_nm) / SCALE_NM
    return np.asarray(np.polynomial.polynomial.polyvander(x, order).reshape(*x.shape, order + 1))
