"""The film by the fibre spectrometer, as it comes: A0, electrons per dot, dA_SEC, PL, the 1S level."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis import (
    Choices,
    LineFit,
    MissingDataError,
    Spectrometer,
    band_weights,
    fit_lines,
    injected_electrons,
    line_amplitudes,
)
from qdlab.gui.look._views import CvView, Floats, PlView, SpectraView
from qdlab.plan import Voltammogram

N_ROWS = 400
"""Spectra of a waterfall that are kept; older ones scroll out."""

N_LOOKS = 20_000
"""Potentials along sweeps that are kept."""

LEAST_SIGMA = 5.0
"""A line whose amplitude is not so many errors from zero is none: beside its level all would seem to gain."""

LEVEL_NM = 2.0
"""Over so much the level of A* is averaged, far less than a band is wide: its noise would stripe the map."""

SHOWN_NM = (450.0, 750.0)
N_SHOWN = 400
"""A waterfall's pixels: more than a plot has on a small screen."""


@dataclass(frozen=True)
class Held:
    """A charged film: dA_SEC [px], electrons per dot, and the level A0 + dA_SEC of its band."""

    potential_v: float
    da_sec: Floats
    n_1s: float
    n_1s_error: float
    level: float


class FilmLook:
    """Takes every spectrum as it comes; what is missing leaves NaN, never an error."""

    def __init__(self, wavelengths_nm: Floats, choices: Choices, saturation_counts: float) -> None:
        self.wavelengths_nm = wavelengths_nm
        self.choices = choices
        self.held: Held | None = None
        self.n_1s = self.n_1s_error = np.nan
        self.ground: Floats | None = None
        self.problem = ""
        self.lines: LineFit | None = None
        self._saturation = saturation_counts
        self._spectrometer: Spectrometer | None = None
        self._blank: Floats | None = None
        self._film: Floats | None = None
        self._pl_film = np.nan
        self._shown_nm = np.linspace(*SHOWN_NM, N_SHOWN)
        self._rows: deque[tuple[float, NDArray[np.float32]]] = deque(maxlen=N_ROWS)
        self._sweep: deque[tuple[float, float, float]] = deque(maxlen=N_LOOKS)
        self._pl: deque[tuple[float, float]] = deque(maxlen=N_LOOKS)
        self._cv: Voltammogram | None = None

    def see(self, stream: str, counts: Floats, potential_v: float, current_a: float) -> None:
        """Take the mean counts [px] of one spectrum of a stream."""
        match stream:
            case "spectrometer_dark":
                self._spectrometer = Spectrometer(self.wavelengths_nm, counts, self._saturation, self.choices)
            case "blank":
                self._blank = self._log(counts)
            case "film":
                self._film = self._log(counts)
                self._see_ground()
            case "pl_film":
                self._pl_film = self._luminescence(counts)
            case "cv_absorption" | "tried_absorption" | "held_absorption":
                self._see_charged(stream, counts, potential_v, current_a)
            case "cv_pl" | "held_pl":
                self._see_pl(stream, potential_v, self._luminescence(counts) / self._pl_film)

    def see_cv(self, cv: Voltammogram) -> None:
        """Take a voltammogram as the potentiostat buffered it; it replaces the few points seen so far."""
        self._cv = cv

    def cv(self) -> CvView | None:
        """Return current and electrons per dot over potential."""
        if not self._sweep and self._cv is None:
            return None
        potential_v, current_a, n_1s = np.array(self._sweep, dtype=float).reshape(-1, 3).T
        if self._cv is None:
            return CvView(potential_v, current_a, potential_v, n_1s)
        return CvView(self._cv.potential_v, self._cv.current_a, potential_v, n_1s)

    def spectra(self) -> SpectraView | None:
        """Return dA_SEC in the order in which it was taken."""
        if not self._rows:
            return None
        potentials_v, rows = zip(*self._rows, strict=True)
        return SpectraView(self._shown_nm, np.array(potentials_v), np.array(rows))

    def pl(self) -> PlView | None:
        """Return photoluminescence over potential."""
        return PlView(*np.array(self._pl).T) if self._pl else None

    def level_at(self, wavelengths_nm: Floats) -> Floats | None:
        """Return A0 + dA_SEC of the held film at other wavelengths; None while it is not known."""
        if self.ground is None or self.held is None:
            return None
        level = running_mean(self.ground + self.held.da_sec, self.wavelengths_nm, LEVEL_NM)
        return np.interp(wavelengths_nm, self.wavelengths_nm, level, left=np.nan, right=np.nan)

    def _see_pl(self, stream: str, potential_v: float, relative: float) -> None:
        """Add a point over potential; a gap before what was not swept, so that no line leads to it."""
        if np.isnan(potential_v) or np.isnan(relative):
            return
        if stream == "held_pl" and self._pl:
            self._pl.append((np.nan, np.nan))
        self._pl.append((potential_v, relative))

    def _see_ground(self) -> None:
        if self._blank is None or self._film is None:
            return
        ground, lines = self._blank - self._film, None
        with suppress(MissingDataError):
            lines = fit_lines(self.wavelengths_nm, ground, self.choices)
        if lines is None or lines.first.amplitude < LEAST_SIGMA * lines.amplitude_error:
            self.ground = self.lines = None
            self.problem = "no 1S line in A0: was the blank in?"
        else:
            self.ground, self.lines, self.problem = ground, lines, ""

    def _see_charged(self, stream: str, counts: Floats, potential_v: float, current_a: float) -> None:
        log = self._log(counts)
        if self._film is None or log is None:
            return
        da_sec = self._film - log
        self.n_1s, self.n_1s_error = self._electrons(da_sec)
        self._rows.append((potential_v, self._as_shown(da_sec)))
        if stream == "cv_absorption":
            self._sweep.append((potential_v, current_a, self.n_1s))
        else:
            level = np.nan if self.ground is None else self._band_average(self.ground + da_sec)
            self.held = Held(potential_v, da_sec, self.n_1s, self.n_1s_error, level)

    def _electrons(self, da_sec: Floats) -> tuple[float, float]:
        if self.lines is None:
            return np.nan, np.nan
        amplitude, error = line_amplitudes(self.wavelengths_nm, da_sec, self.lines)
        n_1s, n_1s_error = injected_electrons(amplitude, error, self.lines, self.choices.g_e)
        return float(n_1s), float(n_1s_error)

    def _log(self, counts: Floats) -> Floats | None:
        """Return the logarithm of light; None without a dark level or quiet pixels."""
        try:
            return None if self._spectrometer is None else self._spectrometer.log_light(counts)
        except MissingDataError:
            return None

    def _luminescence(self, counts: Floats) -> float:
        dark = 0.0 if self._spectrometer is None else self._spectrometer.dark
        return self._average(counts - dark, self.choices.pl_nm)

    def _band_average(self, spectrum: Floats) -> float:
        return self._average(spectrum, self.choices.band_nm)

    def _average(self, spectrum: Floats, window_nm: tuple[float, float]) -> float:
        try:
            return float(np.nan_to_num(spectrum) @ band_weights(self.wavelengths_nm, window_nm))
        except MissingDataError:
            return float("nan")

    def _as_shown(self, spectrum: Floats) -> NDArray[np.float32]:
        return np.interp(self._shown_nm, self.wavelengths_nm, spectrum).astype(np.float32)


def running_mean(spectrum: Floats, wavelengths_nm: Floats, width_nm: float) -> Floats:
    """Return the mean over `width_nm` about each pixel, of pixels about evenly spaced; NaN stays NaN."""
    spacing_nm = abs(wavelengths_nm[-1] - wavelengths_nm[0]) / max(wavelengths_nm.size - 1, 1)
    half = int(width_nm / spacing_nm / 2.0) if spacing_nm else 0
    padded = np.pad(spectrum, half, mode="edge")
    mean: Floats = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).mean(axis=-1)
    return mean
