"""Time zero over wavelength from a dense scan: artefact times, then one fit to the whole artefact."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats
from qdlab.analysis.transient._artefact import (
    SHAPES,
    SLOW_RISE,
    bases,
    common_part,
    find_artefact,
    left_over,
    n_amplitudes,
    search,
)
from qdlab.analysis.transient._chirp import Chirp, fit_chirp, powers

N_GROUPS = 64
N_ROUNDS = 2
EXACT = 1e-9
SEEN = 2.0
"""What each amplitude of an artefact must explain, in parts of what it explains of noise."""
NEIGHBOURS = 15
"""Groups over which the noise is taken to be alike."""
OUTLYING = 3.0
"""Squares larger than the neighbours' by this are a group's own: a hot pixel, or light on the camera."""
WIDTH, RISE = 0.1, 0.3
"""Steps, on a logarithmic scale, in which width and rise are searched."""


def find_chirp(
    delays_ps: Floats, wavelengths_nm: Floats, da: Floats, order: int, *, common_noise: bool = True
) -> Chirp:
    """Return t0(lambda) from dA [delay, px] on dense delays about time zero.

    `common_noise` says that noise shared by all pixels is still in the data, as after reducing shots without
    the quiet pixels. Every shape of the artefact is followed to its end before the likeliest is taken (by
    BIC, which asks more of a shape with more amplitudes): noise hides which it is at first.
    MissingDataError if the delays are too few.
    """
    nm, grouped = _group(wavelengths_nm, da)
    finite = np.isfinite(grouped).all(axis=1)
    delays, grouped = delays_ps[finite], grouped[finite]
    if len(np.unique(delays)) < 10 or nm.size < 2:
        raise MissingDataError(f"no chirp: {len(delays)} delays at {nm.size} wavelengths are too few")
    scan = _Scan(delays, nm, grouped, common_noise)
    found = [scan.follow(shape, order) for shape in SHAPES]
    known = [pair for pair in found if pair is not None]
    if not known:
        raise MissingDataError(f"no chirp: no artefact carries a polynomial of order {order}")
    chirp = min(known, key=lambda pair: pair[1])[0]
    if not scan.seen(chirp) > SEEN:
        raise MissingDataError("no chirp: what happens about time zero does not stand out of the noise")
    return chirp


@dataclass(frozen=True)
class _Scan:
    """A dense scan: dA [delay, group]."""

    delays_ps: Floats
    wavelength_nm: Floats
    da: Floats
    common_noise: bool

    def follow(self, shape: str, order: int) -> tuple[Chirp, float] | None:
        """Return the chirp if the artefact has this shape, and how unlikely that is (BIC)."""
        artefact = find_artefact(
            self.delays_ps, self.wavelength_nm, self.da, shape, common_noise=self.common_noise
        )
        try:
            chirp = fit_chirp(artefact, order)
            for _ in range(N_ROUNDS):
                chirp, squares = self.refine(chirp)
        except MissingDataError:
            return None
        n_free = n_amplitudes(shape) * self.wavelength_nm.size
        return chirp, self.da.size * float(np.log(squares)) + n_free * float(np.log(self.da.size))

    def seen(self, chirp: Chirp) -> float:
        """Return by how much more each amplitude explains than noise would, which is 1."""
        groups, shape = self.wavelength_nm.size, chirp.artefact.shape
        even, constant = np.ones(groups), np.ones((groups, len(self.delays_ps), 1))
        nothing = np.sum(self._rest(constant / np.sqrt(len(self.delays_ps)), even) ** 2)
        times = chirp.t0_ps(self.wavelength_nm)
        basis = bases(self.delays_ps, times, chirp.artefact.width_ps, SLOW_RISE, shape)
        squares = np.sum(self._rest(basis, even) ** 2)
        n_free = (n_amplitudes(shape) - 1) * groups
        freedom = max(self.da.size - n_free - groups - len(self.delays_ps) * self.common_noise, 1)
        return float((nothing - squares) / n_free / (squares / freedom + 1e-300))

    def refine(self, start: Chirp) -> tuple[Chirp, float]:
        """Return the polynomial that fits the whole scan best, its covariance, and the squares left over.

        All groups share the polynomial, the artefact's width and the time constant of the rise, and have
        amplitudes of their own; what they share at a delay is solved for as well. The rest is each pixel's
        own noise: its scatter gives the covariance, which grows where the times found group by group scatter
        about the polynomial by more than it explains.
        """
        from scipy.optimize import least_squares

        shape, order = start.artefact.shape, len(start.coefficients) - 1
        terms = powers(self.wavelength_nm, start.centre_nm, order)

        def basis_of(parameters: Floats) -> Floats:
            return bases(self.delays_ps, terms @ parameters[:-2], *_width_and_rise(start, parameters), shape)

        first = np.append(start.coefficients, [0.0, 0.0])
        even = np.ones(self.wavelength_nm.size)
        squares = np.sum(self._rest(basis_of(first), even) ** 2, axis=0)
        weights = 1.0 / _smoothed(squares)

        def residuals(parameters: Floats) -> Floats:
            return np.ravel(self._rest(basis_of(parameters), weights) * np.sqrt(weights))

        reach = np.append(np.full(order + 1, np.inf), [np.log(2.0) / WIDTH, np.log(5.0) / RISE])
        fit = least_squares(residuals, first, bounds=(-reach, reach), max_nfev=40)
        shared = len(self.delays_ps) if self.common_noise else 0
        freedom = max(self.da.size - n_amplitudes(shape) * self.wavelength_nm.size - shared - first.size, 1)
        jacobian = np.asarray(fit.jac)
        covariance = np.linalg.pinv(jacobian.T @ jacobian) * (2.0 * fit.cost / freedom)
        basis = basis_of(fit.x)
        clean = self.da - self._common(basis, weights)[:, np.newaxis]
        width_ps, rise = _width_and_rise(start, fit.x)
        times = search(self.delays_ps, self.wavelength_nm, clean, shape, np.array([width_ps]), rise)
        chirp = replace(fit_chirp(times, order), coefficients=fit.x[:-2], covariance=covariance[:-2, :-2])
        return chirp.judged(), max(float(np.sum(self._rest(basis, even) ** 2)), 1e-300)

    def _common(self, basis: Floats, weights: Floats) -> Floats:
        """Return what all groups share at each delay."""
        if not self.common_noise:
            return np.zeros(len(self.delays_ps))
        return common_part(basis, self.da, weights, EXACT)

    def _rest(self, basis: Floats, weights: Floats) -> Floats:
        """Return what the fit leaves over, [delay, group]."""
        return left_over(basis, self.da - self._common(basis, weights)[:, np.newaxis])


def _smoothed(squares: Floats) -> Floats:
    """Return the squares left over in each group as neighbours have them, unless its own stick out.

    Noise changes slowly with the wavelength; taken from each group's own few delays, weights would favour
    those that happen to fit, and errors come out a tenth too small.
    """
    from scipy.ndimage import uniform_filter1d

    smooth = np.exp(uniform_filter1d(np.log(squares + 1e-300), NEIGHBOURS, mode="nearest"))
    return np.where(squares > OUTLYING * smooth, squares, smooth)


def _width_and_rise(start: Chirp, parameters: Floats) -> tuple[float, float]:
    width, rise = np.exp([WIDTH, RISE] * parameters[-2:]).tolist()
    return start.artefact.width_ps * width, SLOW_RISE * rise


def _group(wavelengths_nm: Floats, da: Floats) -> tuple[Floats, Floats]:
    """Average neighbouring useful pixels; return wavelengths [group] and dA [delay, group]."""
    useful = np.isfinite(da).any(axis=0)
    order = np.flatnonzero(useful)[np.argsort(wavelengths_nm[useful])]
    groups = np.array_split(order, min(N_GROUPS, max(len(order), 1)))
    nm = np.array([wavelengths_nm[group].mean() for group in groups if len(group)])
    return nm, np.array([da[:, group].mean(axis=1) for group in groups if len(group)]).T
