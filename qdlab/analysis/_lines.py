"""The 1S line: Gaussians fitted to A0, their amplitudes followed in dA_SEC -> n_1S (physics.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._windows import Floats, inside


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
    """The 1S and the 2S line of A0, on a constant; `amplitude_error` is the standard error of the 1S one."""

    first: Line
    second: Line
    offset: float
    amplitude_error: float
    window_nm: tuple[float, float]

    def curve(self, wavelengths_nm: Floats) -> Floats:
        """Return the fitted absorbance."""
        lines = (line.amplitude * line.shape(wavelengths_nm) for line in (self.first, self.second))
        return np.asarray(sum(lines) + self.offset)


def fit_lines(wavelengths_nm: Floats, a0: Floats, choices: Choices) -> LineFit:
    """Fit two Gaussians and a constant to A0 within `fit_nm`, which ends before the shell's absorption rises.

    MissingDataError if the fit fails or finds no 1S absorption.
    """
    from scipy.optimize import curve_fit

    used = inside(wavelengths_nm, choices.fit_nm) & np.isfinite(a0)
    if used.sum() < 20:
        raise MissingDataError(
            f"no 1S line: {used.sum()} pixels in {choices.fit_nm} nm are too few for a fit"
        )
    height = max(float(np.nanmax(a0[used])), 1e-9)
    start = [height, choices.line_nm, 10.0, height, choices.second_line_nm, 10.0, 0.0]
    reach = 15.0
    low = [0.0, choices.line_nm - reach, 2.0, 0.0, choices.second_line_nm - reach, 2.0, -np.inf]
    high = [np.inf, choices.line_nm + reach, 40.0, np.inf, choices.second_line_nm + reach, 40.0, np.inf]
    try:
        best, covariance = curve_fit(_two_lines, wavelengths_nm[used], a0[used], start, bounds=(low, high))
    except (RuntimeError, ValueError) as error:
        raise MissingDataError(f"no 1S line: the Gaussian fit to A0 failed ({error})") from error
    first, second = Line(best[1], best[2], best[0]), Line(best[4], best[5], best[3])
    uncertainty = float(np.sqrt(covariance[0, 0]))
    if not first.amplitude > 3.0 * uncertainty:
        raise MissingDataError(
            f"no 1S line: amplitude {first.amplitude:.2g} +- {uncertainty:.2g} near {choices.line_nm:g} nm"
        )
    return LineFit(first, second, float(best[6]), uncertainty, choices.fit_nm)


def line_amplitudes(wavelengths_nm: Floats, da_sec: Floats, lines: LineFit) -> tuple[Floats, Floats]:
    """Return the 1S amplitude in each dA_SEC [..., px], and its standard error.

    Centres and widths are those of A0, so that the problem is linear: a bleach of zero has no centre to fit,
    and the amplitude is unbiased there. A small shift of the 1S line on charging is its derivative, which is
    fitted beside it and leaves the amplitude alone to first order; likewise the 2S line, which shares the
    electron level, and a constant.
    """
    used = inside(wavelengths_nm, lines.window_nm) & np.isfinite(da_sec).all(
        axis=tuple(range(da_sec.ndim - 1)), where=np.isfinite(da_sec).any(axis=-1, keepdims=True)
    )
    nm = wavelengths_nm[used]
    first = lines.first.shape(nm)
    shift = first * (nm - lines.first.centre_nm) / lines.first.width_nm
    shapes = np.stack([first, shift, lines.second.shape(nm), np.ones_like(nm)], axis=1)
    spectra = da_sec[..., used]
    solve = np.linalg.pinv(shapes)
    amplitudes = spectra @ solve.T
    left_over = spectra - amplitudes @ shapes.T
    variance = np.sum(left_over**2, axis=-1) / (nm.size - shapes.shape[1])
    return amplitudes[..., 0], np.sqrt(variance * np.sum(solve[0] ** 2))


def injected_electrons(
    amplitudes: Floats, errors: Floats, lines: LineFit, g_e: int = 2
) -> tuple[Floats, Floats]:
    """Return n_1S = -g_e dA_1S/A0_1S and its standard error, which includes that of A0."""
    n_1s = -g_e * amplitudes / lines.first.amplitude
    relative_a0 = lines.amplitude_error / lines.first.amplitude
    return n_1s, np.hypot(g_e * errors / lines.first.amplitude, n_1s * relative_a0)


def _two_lines(
    nm: Floats, a1: float, c1: float, w1: float, a2: float, c2: float, w2: float, offset: float
) -> Floats:
    return Line(c1, w1, a1).shape(nm) * a1 + Line(c2, w2, a2).shape(nm) * a2 + offset
