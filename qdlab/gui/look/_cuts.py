"""Cuts through a map: a spectrum at one delay after time zero, kinetics, and where they lie."""

from __future__ import annotations

import numpy as np

from qdlab.gui.look._views import Floats, MapView

HOLD_SHARE = 0.2
"""Beyond the outermost delay its value stands for this share of the delay."""


def spectrum_at(view: MapView, delay_ps: float) -> Floats:
    """Return the spectrum [px] at a delay after each colour's own time zero; NaN where nothing is near.

    Straight lines between the measured delays, for all pixels at once: a frame has no time for what the
    reduction's correction does between sparse delays.
    """
    rows, delays_ps = _measured(view)
    if len(delays_ps) < 2:
        return rows[0] if len(rows) else np.full(view.wavelengths_nm.size, np.nan)
    t0_ps = np.zeros(view.wavelengths_nm.size) if view.t0_ps is None else view.t0_ps
    asked_ps = np.clip(delay_ps + t0_ps, delays_ps[0], delays_ps[-1])
    left = np.clip(np.searchsorted(delays_ps, asked_ps, side="right") - 1, 0, len(delays_ps) - 2)
    share = (asked_ps - delays_ps[left]) / (delays_ps[left + 1] - delays_ps[left])
    px = np.arange(view.wavelengths_nm.size)
    cut = rows[left, px] + share * (rows[left + 1, px] - rows[left, px])
    near = np.abs(asked_ps - delay_ps - t0_ps) <= HOLD_SHARE * abs(delay_ps)
    return np.where(near, cut, np.nan)


def kinetics_at(view: MapView, wavelength_nm: float, width_nm: float = 4.0) -> tuple[Floats, Floats]:
    """Return delays after time zero and the mean over `width_nm` about a wavelength, where measured."""
    near = np.abs(view.wavelengths_nm - wavelength_nm) <= width_nm / 2.0
    if not near.any():
        near[np.argmin(np.abs(view.wavelengths_nm - wavelength_nm))] = True
    rows, delays_ps = _measured(view)
    t0_ps = 0.0 if view.t0_ps is None else float(view.t0_ps[near].mean())
    values: Floats = rows[:, near].mean(axis=1)
    return delays_ps - t0_ps, values


def rows_of(view: MapView, delays_ps: Floats) -> Floats:
    """Return where delays lie among the rows of a map, which are drawn evenly spaced."""
    known, where = np.unique(view.delays_ps, return_index=True)
    rows: Floats = np.interp(delays_ps, known, where.astype(float))
    return rows


def delay_of(view: MapView, row: float) -> float:
    """Return the delay at a place between the rows of a map."""
    return float(np.interp(row, np.arange(view.delays_ps.size), view.delays_ps))


def evenly(wavelengths_nm: Floats, n_columns: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the pixels nearest to evenly spaced wavelengths, rising: an image has columns of equal width."""
    even_nm = np.linspace(wavelengths_nm.min(), wavelengths_nm.max(), n_columns)
    order = np.argsort(wavelengths_nm)
    middle = (wavelengths_nm[order][1:] + wavelengths_nm[order][:-1]) / 2.0
    return np.asarray(order[np.searchsorted(middle, even_nm)])


def _measured(view: MapView) -> tuple[Floats, Floats]:
    """Return the measured rows and their delays, each delay once and rising."""
    known = np.isfinite(view.values).any(axis=1)
    delays_ps, first = np.unique(view.delays_ps[known], return_index=True)
    return view.values[known][first].astype(np.float64), delays_ps
