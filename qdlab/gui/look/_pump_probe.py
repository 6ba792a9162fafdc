"""Transient absorption point by point: the scan that grows, A*, and the bleach of the band over excitons."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qdlab.analysis import (
    Choices,
    Crossing,
    MissingDataError,
    Series,
    band_weights,
    find_crossing,
)
from qdlab.gui.look._film import Held
from qdlab.gui.look._views import Floats, MapView, Pixels, SeriesView, ThresholdsView
from qdlab.physics import excitons_per_dot
from qdlab.plan import Lab, PumpPower, Sample, Slot, Stream

N_BOOTSTRAP = 200
"""Repetitions for a first look at an interval: about 6 ms."""


@dataclass
class Growing:
    """The bleach of one potential, fluence by fluence, beside the film it belongs to."""

    potential_v: float
    held: Held | None
    points: dict[tuple[int, ...], tuple[float, float, float]] = field(default_factory=dict)
    crossing: Crossing | None = None

    def view(self) -> SeriesView:
        """Return the points in rising order of excitons per dot."""
        n_x, bleach, error = np.array(sorted(self.points.values()), dtype=float).reshape(-1, 3).T
        level = np.nan if self.held is None else self.held.level
        return SeriesView(self.potential_v, n_x, bleach, error, level, np.nan)


class PumpProbeLook:
    """Takes the first dA of every point; `t0_ps` [px] is put in once the chirp is known."""

    def __init__(self, lab: Lab, sample: Sample, choices: Choices) -> None:
        self.wavelengths_nm = np.array(lab.wavelengths_nm)
        self.t0_ps: Floats | None = None
        self._lab = lab
        self._sample = sample
        self._choices = choices
        self._band = self._weights()
        self._scan: Pixels | None = None
        self._delays_ps: Floats = np.array([])
        self._order = np.array([], dtype=np.intp)
        self._outer: tuple[int, ...] | None = None
        self._where = ""
        self._n_x: dict[tuple[int, ...], float] = {}
        self._series: list[Growing] = []

    def see_power(self, slot: Slot, power: PumpPower) -> None:
        """Take the pump's power: excitons per dot at the potential and fluence of this slot."""
        sample = self._sample
        fluence = self._lab.pump_beam.fluence_cm2(power.power_w)
        about = {"reflectance": sample.reflectance, "pump_absorbance": sample.pump_absorbance}
        self._n_x[slot.index] = float(excitons_per_dot(fluence, sample.cross_section_cm2, **about))

    def see(self, stream: Stream, slot: Slot, da: Floats, error: Floats, held: Held | None) -> None:
        """Take the dA [px] of one point of a stream whose last axis is the delay."""
        if self._scan is None or slot.index[:-1] != self._outer:
            self._begin_scan(stream, slot)
        assert self._scan is not None
        self._scan[slot.index[-1]] = da
        if not np.isnan(self._scan[self._judged()]).all():
            self._see_bleach(stream, slot, error, held)

    def map(self) -> MapView | None:
        """Return dA over the delays of the scan that grows, less what was there before time zero."""
        if self._scan is None:
            return None
        values = (self._scan - self._background())[self._order]
        return MapView(self.wavelengths_nm, self._delays_ps[self._order], values, self.t0_ps, self._where)

    def series(self) -> tuple[SeriesView, ...]:
        """Return the bleach over excitons per dot of every potential so far."""
        return tuple(one.view() for one in self._series)

    def thresholds(self, name: str) -> ThresholdsView:
        """Return a first look at the thresholds of all potentials that have one."""
        found = [(one.held, one.crossing) for one in self._series if one.held and one.crossing]
        return ThresholdsView(
            name,
            np.array([held.n_1s for held, _ in found]),
            np.array([held.n_1s_error for held, _ in found]),
            np.array([crossing.n_gain for _, crossing in found]),
            np.array([crossing.n_gain_low for _, crossing in found]),
            np.array([crossing.n_gain_high for _, crossing in found]),
            tuple(crossing.censored or "" for _, crossing in found),
        )

    def _begin_scan(self, stream: Stream, slot: Slot) -> None:
        *outer, delay = stream.axes
        self._outer = slot.index[:-1]
        self._delays_ps = np.array(delay.values)
        self._order = np.argsort(self._delays_ps, kind="stable")
        self._scan = np.full((len(delay), len(self.wavelengths_nm)), np.nan, dtype=np.float32)
        at = {axis.name: axis.values[i] for axis, i in zip(outer, self._outer, strict=True)}
        n_x = self._excitons(self._outer)
        excitons = [] if n_x is None else [f"{n_x:.2g} excitons per dot"]
        self._where = ", ".join([*(axis_in_words(*item) for item in at.items()), *excitons])

    def _judged(self) -> int:
        """Return the delay at which gain is judged: the measured one next to the reduction's."""
        return int(np.argmin(np.abs(self._delays_ps - self._choices.gain_delay_ps)))

    def _background(self) -> Pixels | float:
        """Return the mean of the points before time zero; 0 while there is none."""
        assert self._scan is not None
        before = self._scan[self._delays_ps < self._choices.background_before_ps]
        before = before[~np.isnan(before).all(axis=1)]
        return before.mean(axis=0) if len(before) else 0.0

    def _see_bleach(self, stream: Stream, slot: Slot, error: Floats, held: Held | None) -> None:
        """Note the band's bleach; the error of a pixel stands for the band's, as pixels share their noise."""
        assert self._scan is not None
        n_x = self._excitons(slot.index[:-1])
        if n_x is None or self._band is None:
            return
        growing = self._growing(stream, slot, held)
        if slot.index[:-1] in growing.points and slot.index[-1] != self._judged():
            return
        da = np.nan_to_num(self._scan[self._judged()] - self._background())
        band_error = float(np.nan_to_num(error) @ self._band)
        growing.points[slot.index[:-1]] = n_x, -float(da @ self._band), band_error
        growing.crossing = self._crossing(growing.view(), growing.held)

    def _excitons(self, outer: tuple[int, ...]) -> float | None:
        """Return excitons per dot where the point is; the power is not measured again in a repeated scan."""
        known = (self._n_x.get(outer[:n]) for n in range(len(outer), -1, -1))
        return next((n_x for n_x in known if n_x is not None), None)

    def _growing(self, stream: Stream, slot: Slot, held: Held | None) -> Growing:
        """Return the series that this point belongs to: one for each value of the first axis."""
        axis = stream.axes[0]
        potential_v = axis.values[slot.index[0]] if axis.name == "potential_v" else np.nan
        if not self._series or (self._series[-1].potential_v != potential_v and np.isfinite(potential_v)):
            self._series.append(Growing(potential_v, held))
        return self._series[-1]

    def _crossing(self, view: SeriesView, held: Held | None) -> Crossing | None:
        """Return a first look at the threshold, with the stated error of the cross section."""
        if held is None or not np.isfinite([held.level, held.n_1s]).all() or len(np.unique(view.n_x)) < 3:
            return None
        n_x, first = np.unique(view.n_x, return_index=True)
        scale = self._sample.cross_section_error_cm2 / self._sample.cross_section_cm2
        series = Series(
            n_x, np.zeros_like(n_x), view.bleach[first], view.bleach_error[first], held.level, 0.0, scale
        )
        return find_crossing(series, N_BOOTSTRAP, seed=0)

    def _weights(self) -> Floats | None:
        try:
            return band_weights(self.wavelengths_nm, self._choices.band_nm)
        except MissingDataError:
            return None


def axis_in_words(axis: str, value: float) -> str:
    """Say the value of an axis."""
    match axis:
        case "potential_v":
            return f"{value:+.3f} V"
        case "fluence_cm2":
            return f"{value:.3g} photons/cm²"
        case _:
            return f"{axis} {value:g}"
