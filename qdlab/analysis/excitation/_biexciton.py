"""The biexciton's lifetime from how the neutral film's band decays (physics.md section 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._scatter import enlargement
from qdlab.analysis._windows import Floats
from qdlab.physics import depth_factor, poisson_shares, relaxation

TAU_R_FACTOR = 2.0
"""The radiative lifetime is taken to be the stated one within this factor: a scan may end before it shows."""
LEAST_ERROR = 1e-9
N_MOST = 18
"""Dots with more excitons are taken to have so many: they last no picosecond."""
STEP = 0.02
"""Relative change of <N_X> by which its error is carried to the lifetimes."""


@dataclass(frozen=True)
class Biexciton:
    """Lifetimes of the biexciton (Auger) and of the exciton (radiative), with standard errors.

    `chi2` is that of the fit for each degree of freedom.
    """

    tau_xx_ps: float
    tau_xx_error_ps: float
    tau_r_ps: float
    tau_r_error_ps: float
    chi2: float


@dataclass(frozen=True)
class Decays:
    """Band bleach [fluence, delay] of the neutral film at `n_x` [fluence] excitons per dot.

    `error` is each point's own, `common_error` [fluence] that of the background all delays share,
    `n_x_error` [fluence] each fluence's own and `scale_error` the relative one all share. NaN is left out.
    """

    delays_ps: Floats
    n_x: Floats
    bleach: Floats
    error: Floats
    common_error: Floats
    n_x_error: Floats
    scale_error: float
    pump_absorbance: float


def fit_biexciton(decays: Decays, choices: Choices) -> Biexciton:
    """Fit tau_XX and tau_r to all fluences at once.

    A dot that holds N excitons bleaches by an amplitude of its own, the same from g_h on; these are solved
    for exactly, so that neither line shapes nor transition counting enter: only Poisson's shares, averaged
    over the film's depth, and the cascade N -> N - 1. MissingDataError if the data do not determine tau_XX.
    """
    from scipy.optimize import least_squares

    decays = _pumped(decays)
    known = np.isfinite(decays.bleach) & np.isfinite(decays.error)
    if known.sum() < choices.g_h + 4 or len(np.unique(np.nonzero(known)[1])) < 4:
        raise MissingDataError(f"no biexciton lifetime: {known.sum()} points of the decay are too few")

    def fit(scale: float, whiten: Callable[[Floats], Floats]) -> tuple[Floats, Floats, float]:
        def residuals(logs: Floats) -> Floats:
            shapes = whiten(_shapes(decays, scale, choices, *np.exp(logs))[known])
            amplitudes = np.linalg.lstsq(shapes, measured)[0]
            prior = (logs[1] - np.log(choices.tau_r_ps)) / np.log(TAU_R_FACTOR)
            return np.append(measured - shapes @ amplitudes, prior)

        measured = whiten(decays.bleach[known])
        start = np.log([choices.tau_xx_ps, choices.tau_r_ps])
        reach = np.log(30.0)
        found = least_squares(residuals, start, bounds=(start - reach, start + reach), diff_step=[1e-4])
        freedom = max(int(known.sum()) - choices.g_h - 2, 1)
        enlarged = float(enlargement(2.0 * found.cost, freedom))
        covariance = _covariance(np.asarray(found.jac)) * enlarged**2
        return found.x, covariance, 2.0 * float(found.cost) / freedom

    logs, _, _ = fit(1.0, _whitening(decays, known, np.zeros_like(decays.bleach)))
    whiten = _whitening(decays, known, _slopes(decays, known, choices, logs))
    logs, covariance, chi2 = fit(1.0, whiten)
    shifted, _, _ = fit(1.0 + STEP, whiten)
    by_scale = (shifted - logs) / STEP * decays.scale_error
    errors = np.sqrt(np.diag(covariance) + by_scale**2)
    return _judged(np.exp(logs), errors, chi2)


def _pumped(decays: Decays) -> Decays:
    """Return the fluences whose excitation is known."""
    rows = np.isfinite(decays.n_x) & (decays.n_x > 0.0)
    names = ("n_x", "bleach", "error", "common_error", "n_x_error")
    return replace(decays, **{name: getattr(decays, name)[rows] for name in names})


def _covariance(jacobian: Floats) -> Floats:
    """Return the covariance of fitted parameters; infinite if the residuals do not depend on one of them."""
    _, sizes, axes = np.linalg.svd(jacobian, full_matrices=False)
    if np.linalg.matrix_rank(jacobian) < len(axes):
        return np.full((len(axes), len(axes)), np.inf)
    return np.asarray(axes.T / sizes**2 @ axes)


def _judged(lifetimes_ps: Floats, relative: Floats, chi2: float) -> Biexciton:
    """Return the lifetimes, if tau_XX is known to better than a half."""
    if not relative[0] < 0.5:
        raise MissingDataError("no biexciton lifetime: the decay does not show Auger recombination enough")
    (tau_xx, tau_r), (error_xx, error_r) = lifetimes_ps.tolist(), (lifetimes_ps * relative).tolist()
    return Biexciton(tau_xx, error_xx, tau_r, error_r, chi2)


def _shapes(decays: Decays, scale: float, choices: Choices, tau_xx_ps: float, tau_r_ps: float) -> Floats:
    """Return the shares [fluence, delay, N] of dots with 1 .. g_h (and more) excitons."""
    front = scale * decays.n_x / float(depth_factor(decays.pump_absorbance))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    local = front[:, np.newaxis] * 10.0 ** (-decays.pump_absorbance * (nodes + 1.0) / 2.0)
    start = np.einsum("jzn,z->jn", poisson_shares(local, N_MOST), weights / 2.0)
    start[:, -1] += 1.0 - start.sum(axis=1)
    later = relaxation(decays.delays_ps, 0, N_MOST, tau_xx_ps=tau_xx_ps, tau_r_ps=tau_r_ps)
    shares = np.einsum("jn,tnm->jtm", start, later)
    few = shares[..., 1 : choices.g_h]
    return np.concatenate([few, shares[..., choices.g_h :].sum(axis=-1, keepdims=True)], axis=-1)


def _slopes(decays: Decays, known: np.ndarray, choices: Choices, logs: Floats) -> Floats:
    """Return d bleach / d ln n_x of the fit [fluence, delay]."""
    here, there = (_shapes(decays, scale, choices, *np.exp(logs)) for scale in (1.0, 1.0 + STEP))
    amplitudes = np.linalg.lstsq(here[known], decays.bleach[known])[0]
    return np.asarray((there - here) @ amplitudes / STEP)


def _whitening(decays: Decays, known: np.ndarray, slopes: Floats) -> Callable[[Floats], Floats]:
    """Return what turns known points into ones with independent errors of 1.

    Points of a fluence share its background and, by the slope, its excitation.
    """
    each = []
    for j, there in enumerate(known):
        excitation = slopes[j, there] * decays.n_x_error[j] / decays.n_x[j]
        shared = np.column_stack([excitation, np.full(excitation.size, decays.common_error[j])])
        each.append(_apart(np.maximum(decays.error[j, there], LEAST_ERROR), shared))
    borders = np.cumsum(known.sum(axis=1))[:-1]

    def whiten(values: Floats) -> Floats:
        parts = zip(each, np.split(values, borders), strict=True)
        return np.concatenate([apart(part) for apart, part in parts])

    return whiten


def _apart(error: Floats, shared: Floats) -> Callable[[Floats], Floats]:
    """Return what turns points with errors of their own, and `shared` ones [point, cause], into independent.

    It is the inverse square root of their covariance diag(error^2) + shared shared^T; its cost grows with the
    number of points, not with its cube.
    """
    axes, sizes, _ = np.linalg.svd(shared / error[:, np.newaxis], full_matrices=False)
    less = 1.0 - 1.0 / np.sqrt(1.0 + sizes**2)

    def apart(values: Floats) -> Floats:
        alone = (values.T / error).T
        return np.asarray(alone - axes @ ((axes.T @ alone).T * less).T)

    return apart
