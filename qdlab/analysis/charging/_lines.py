"""The 1S line as a Gaussian, in A0 and in dA_SEC, and electrons per dot from it (physics.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats, inside

REACH_NM = 15.0
"""A line is looked for this far from where it should be."""


@dataclass(frozen=True)
class Line:
    """A Gaussian: centre and standard deviation in nm, amplitude as absorbance."""

    centre_nm: float
    width_nm: float
    amplitude: float

    def shape(self, wavelengths_nm: Floats) -> Floats:
        """Return the line with amplitude 1."""
        return np.asarray(np.exp(-(((wavelengths_nm - self.centre_nm) / self.width_nm) ** 2) / 2.0))


@dataclass(frozen=True)
class LineFit:
    """The 1S and the 2S line of A0, on a polynomial background; `errors` are those of the 1S line.

    `held_amplitude_error` is that of the 1S amplitude with centre and width held, as in dA_SEC.
    `background`: coefficients of rising powers of the wavelength, -1 to 1 over the window.
    """

    first: Line
    errors: Line
    second: Line
    background: tuple[float, ...]
    window_nm: tuple[float, float]
    held_amplitude_error: float = 0.0

    @property
    def amplitude_error(self) -> float:
        """Standard error of the 1S amplitude."""
        return self.errors.amplitude

    def curve(self, wavelengths_nm: Floats) -> Floats:
        """Return the fitted absorbance."""
        lines = (line.amplitude * line.shape(wavelengths_nm) for line in (self.first, self.second))
        return np.asarray(sum(lines) + self.background_curve(wavelengths_nm))

    def background_curve(self, wavelengths_nm: Floats) -> Floats:
        """Return what is under the lines."""
        return np.asarray(self.background_shapes(wavelengths_nm) @ np.array(self.background))

    def background_shapes(self, wavelengths_nm: Floats) -> Floats:
        """Return the powers [px, k] that make the background."""
        return _powers(wavelengths_nm, self.window_nm, len(self.background) - 1)


def fit_lines(wavelengths_nm: Floats, a0: Floats, choices: Choices) -> LineFit:
    """Fit two Gaussians and a background to A0 within `fit_nm`, which ends before the shell absorbs.

    The background is a polynomial of order `line_background_order`: scattering and reflection of a real film
    slope. MissingDataError if the fit fails or finds no 1S absorption.
    """
    from scipy.optimize import curve_fit

    order, reach = choices.line_background_order, REACH_NM
    used = inside(wavelengths_nm, choices.fit_nm) & np.isfinite(a0)
    if used.sum() < 20:
        raise MissingDataError(
            f"no 1S line: {used.sum()} pixels in {choices.fit_nm} nm are too few for a fit"
        )
    nm = wavelengths_nm[used]
    powers = _powers(nm, choices.fit_nm, order)

    def model(nm: Floats, *p: float) -> Floats:
        lines = (amplitude * Line(c, w, amplitude).shape(nm) for amplitude, c, w in (p[:3], p[3:6]))
        return np.asarray(sum(lines) + powers @ np.array(p[6:]))

    height = max(float(np.nanmax(a0[used])), 1e-9)
    start = [height, choices.line_nm, 10.0, height, choices.second_line_nm, 10.0, *[0.0] * (order + 1)]
    free = [np.inf] * (order + 1)
    low = [0.0, choices.line_nm - reach, 2.0, 0.0, choices.second_line_nm - reach, 2.0, *(-np.array(free))]
    high = [np.inf, choices.line_nm + reach, 40.0, np.inf, choices.second_line_nm + reach, 40.0, *free]
    try:
        best, covariance = curve_fit(model, nm, a0[used], start, bounds=(low, high), x_scale="jac")
    except (RuntimeError, ValueError) as error:
        raise MissingDataError(f"no 1S line: the Gaussian fit to A0 failed ({error})") from error
    first, second = Line(best[1], best[2], best[0]), Line(best[4], best[5], best[3])
    deviations = np.sqrt(np.diag(covariance))
    errors = Line(float(deviations[1]), float(deviations[2]), float(deviations[0]))
    if not first.amplitude > 3.0 * errors.amplitude:
        found = f"{first.amplitude:.2g} +- {errors.amplitude:.2g}"
        raise MissingDataError(f"no 1S line near {choices.line_nm:g} nm: it would be {found} high")
    fit = LineFit(first, errors, second, tuple(best[6:].tolist()), choices.fit_nm)
    return replace(fit, held_amplitude_error=float(line_amplitudes(wavelengths_nm, a0, fit)[1]))


def line_amplitudes(wavelengths_nm: Floats, da_sec: Floats, lines: LineFit) -> tuple[Floats, Floats]:
    """Return the 1S amplitude in each dA_SEC [..., px], and its standard error.

    Centres and widths are those of A0, so that the problem is linear: a bleach of zero has no centre to fit,
    and the amplitude is unbiased there. A small shift of the 1S line on charging is its derivative, which is
    fitted beside it and leaves the amplitude alone to first order; likewise the 2S line, which shares the
    electron level, and the background.
    """
    used = inside(wavelengths_nm, lines.window_nm) & np.isfinite(da_sec).all(
        axis=tuple(range(da_sec.ndim - 1)), where=np.isfinite(da_sec).any(axis=-1, keepdims=True)
    )
    nm = wavelengths_nm[used]
    first = lines.first.shape(nm)
    shift = first * (nm - lines.first.centre_nm) / lines.first.width_nm
    shapes = np.column_stack([first, shift, lines.second.shape(nm), lines.background_shapes(nm)])
    spectra = da_sec[..., used]
    solve = np.linalg.pinv(shapes)
    amplitudes = spectra @ solve.T
    left_over = spectra - amplitudes @ shapes.T
    variance = np.sum(left_over**2, axis=-1) / (nm.size - shapes.shape[1])
    return amplitudes[..., 0], np.sqrt(variance * np.sum(solve[0] ** 2))


def injected_electrons(
    amplitudes: Floats, errors: Floats, lines: LineFit, g_e: int = 2, *, shares_film: bool = True
) -> tuple[Floats, Floats]:
    """Return n_1S = -g_e dA_1S/A0_1S and its standard error, which includes that of A0.

    Centre and width are the same in both amplitudes, so that their errors cancel. With `shares_film` the
    uncharged film is an end of A0 and of dA_SEC: half of A0's variance is in both, and counts against itself.
    """
    a0 = lines.first.amplitude
    n_1s = -g_e * amplitudes / a0
    common = np.clip(g_e * n_1s, 0.0, None) if shares_film else 0.0
    variance = (g_e * errors) ** 2 + (n_1s**2 - common) * lines.held_amplitude_error**2
    return n_1s, np.asarray(np.sqrt(np.maximum(variance, 0.0)) / a0)


def electrons_covariance(
    n_1s: Floats, errors: Floats, lines: LineFit, g_e: int = 2, *, shares_film: bool = True
) -> Floats:
    """Return the covariance [point, point] of n_1S, whose points share the error of A0.

    With `shares_film`, the uncharged film's half of that error moves all by (g_e - n_1S)/A0, the bare
    substrate's half by n_1S/A0: points at half filling move together, an empty and a full dot do not.
    """
    relative = lines.held_amplitude_error / lines.first.amplitude
    moved = np.array([g_e - n_1s, n_1s]) / np.sqrt(2.0) if shares_film else n_1s[np.newaxis]
    shared = moved.T @ moved * relative**2
    return np.asarray(shared + np.diag(np.maximum(errors**2 - np.diag(shared), 0.0)))


def _powers(wavelengths_nm: Floats, window_nm: tuple[float, float], order: int) -> Floats:
    low, high = window_nm
    return np.asarray(
        np.polynomial.polynomial.polyvander(2.0 * (wavelengths_nm - low) / (high - low) - 1.0, order)
    )
