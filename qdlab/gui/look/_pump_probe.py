"""Transient absorption point by point: the scan that grows, A*, and the bleach of the band over excitons."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
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
from qdlab.gui.look._counting import counting_of
from qdlab.gui.look._film import Held
from qdlab.gui.look._places import Places
from qdlab.gui.look._scan import Scan
from qdlab.gui.look._views import Floats, MapView, SeriesView, ThresholdsView
from qdlab.physics import excitons_per_dot
from qdlab.plan import Lab, PumpPower, Sample, Slot, Stream

N_BOOTSTRAP = 200
"""Repetitions for a first look at an interval: about 6 ms."""

REFLECTED = "tr"
"""The stream of the reflected probe, as procedures call it."""

N_SCANS = 16
"""Scans that are kept: more than a run that chooses measures at one potential."""


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
    """Takes the first dA of every point; `t0_ps` [px] is put in once the chirp is known.

    The scans of one potential are kept, since a run that chooses may come back to one of them.
    """

    def __init__(self, lab: Lab, sample: Sample, choices: Choices, places: Places) -> None:
        self.wavelengths_nm = np.array(lab.wavelengths_nm or lab.scan_nm)
        self.t0_ps: Floats | None = None
        self._lab, self._sample, self._choices, self._places = lab, sample, choices, places
        self._band = self._weights()
        self._counting = counting_of(choices)
        self._scans: OrderedDict[tuple[int, ...], Scan] = OrderedDict()
        self._scan: Scan | None = None
        self._where = ""
        self._n_x: dict[tuple[int, ...], float] = {}
        self._series: dict[int, Growing] = {}

    def see_power(self, slot: Slot, power: PumpPower) -> None:
        """Take the pump's power: excitons per dot at the potential and fluence of this slot."""
        sample = self._sample
        fluence = self._lab.pump_beam.fluence_cm2(power.power_w)
        about = {"reflectance": sample.reflectance, "pump_absorbance": sample.pump_absorbance}
        self._n_x[slot.index] = float(excitons_per_dot(fluence, sample.cross_section_cm2, **about))

    def see(self, stream: Stream, slot: Slot, da: Floats, error: Floats, held: Held | None) -> None:
        """Take the dA [px] of one point of a stream whose last axis is the delay."""
        outer = slot.index[:-1]
        scan = self._scan_at(stream, outer, stream.axes[-1].values)
        row, judged = scan.add(slot.index[-1], da), scan.row_at(self._choices.gain_delay_ps)
        if scan.times(judged) and (row == judged or outer not in self._growing(stream, outer, held).points):
            self._see_bleach(stream, outer, error / np.sqrt(scan.times(judged)), held)

    def see_scan(self, stream: Stream, slot: Slot, da: Floats, held: Held | None) -> None:
        """Take a whole scan, dA [delay, px], of an instrument that scans its own delays."""
        scan = self._scan_at(stream, slot.index, self._lab.scan_delays_ps)
        for place, row in enumerate(da):
            scan.add(place, row)
        self._see_bleach(stream, slot.index, np.full(self.wavelengths_nm.size, np.nan), held)

    def map(self) -> MapView | None:
        """Return dA over the delays of the scan that grows, less what was there before time zero."""
        if (scan := self._scan) is None:
            return None
        values = scan.values - scan.background(self._choices.background_before_ps)
        return MapView(self.wavelengths_nm, scan.delays_ps, values, self.t0_ps, self._where)

    def series(self) -> tuple[SeriesView, ...]:
        """Return the bleach over excitons per dot of every potential so far."""
        return tuple(one.view() for one in self._series.values())

    def thresholds(self, name: str) -> ThresholdsView:
        """Return a first look at the thresholds of all potentials that have one."""
        found = [(one.held, one.crossing) for one in self._series.values() if one.held and one.crossing]
        return ThresholdsView(
            name,
            np.array([held.n_1s for held, _ in found]),
            np.array([held.n_1s_error for held, _ in found]),
            np.array([crossing.n_gain for _, crossing in found]),
            np.array([crossing.n_gain_low for _, crossing in found]),
            np.array([crossing.n_gain_high for _, crossing in found]),
            tuple(crossing.censored or "" for _, crossing in found),
            self._counting,
        )

    def _scan_at(self, stream: Stream, outer: tuple[int, ...], delays_ps: Sequence[float]) -> Scan:
        """Return the scan at these outer places, begun if it is new; it is the one that is shown."""
        if outer not in self._scans:
            self._scans[outer] = Scan(self.wavelengths_nm, delays_ps)
            while len(self._scans) > N_SCANS:
                self._scans.popitem(last=False)
        n_x = self._excitons(outer)
        excitons = "" if n_x is None else f"{n_x:.2g} excitons per dot"
        reflected = "reflected" if stream.name == REFLECTED else ""
        self._where = ", ".join(filter(None, (reflected, self._places.in_words(stream, outer), excitons)))
        self._scan = self._scans[outer]
        return self._scan

    def _see_bleach(self, stream: Stream, outer: tuple[int, ...], error: Floats, held: Held | None) -> None:
        """Note the band's bleach; the error of a pixel stands for the band's, as pixels share their noise."""
        n_x, scan, choices = self._excitons(outer), self._scans[outer], self._choices
        if n_x is None or self._band is None:
            return
        growing = self._growing(stream, outer, held)
        at_gain = scan.values[scan.row_at(choices.gain_delay_ps)]
        da = np.nan_to_num(at_gain - scan.background(choices.background_before_ps))
        band_error = float(np.nan_to_num(error) @ self._band)
        growing.points[outer] = n_x, -float(da @ self._band), band_error
        growing.crossing = self._crossing(growing.view(), growing.held)

    def _excitons(self, outer: tuple[int, ...]) -> float | None:
        """Return excitons per dot where the point is; the power is not measured again in a repeated scan."""
        known = (self._n_x.get(outer[:n]) for n in range(len(outer), -1, -1))
        return next((n_x for n_x in known if n_x is not None), None)

    def _growing(self, stream: Stream, outer: tuple[int, ...], held: Held | None) -> Growing:
        """Return the series that a scan belongs to: one for each place of a first axis of potentials."""
        potential_v = self._places.at(stream, outer).get("potential_v", np.nan)
        along = bool(stream.axes) and stream.axes[0].name == "potential_v"
        return self._series.setdefault(outer[0] if along else 0, Growing(potential_v, held))

    def _crossing(self, view: SeriesView, held: Held | None) -> Crossing | None:
        """Return a first look at the threshold, with the stated error of the cross section."""
        if held is None or not np.isfinite([held.level, held.n_1s]).all() or len(np.unique(view.n_x)) < 2:
            return None
        n_x, first = np.unique(view.n_x, return_index=True)
        scale = self._sample.cross_section_error_cm2 / self._sample.cross_section_cm2
        n_states = max(self._choices.g_e, self._choices.g_h)
        bleach, error = view.bleach[first], view.bleach_error[first]
        series = Series(n_x, np.zeros_like(n_x), bleach, error, held.level, 0.0, scale, n_states)
        return find_crossing(series, N_BOOTSTRAP, seed=0)

    def _weights(self) -> Floats | None:
        try:
            return band_weights(self.wavelengths_nm, self._choices.band_nm)
        except MissingDataError:
            return None
