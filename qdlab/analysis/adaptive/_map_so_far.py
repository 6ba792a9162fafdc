"""A gain threshold map while it is being measured: at any moment what its file would be reduced to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from qdlab.analysis._choices import Choices
from qdlab.analysis._missing import MissingDataError
from qdlab.analysis._notes import Notes
from qdlab.analysis._pump_probe import at_gain_delay, band_time_zero_ps, chirp_of, time_zero_ps
from qdlab.analysis._windows import Floats
from qdlab.analysis.adaptive._so_far import SoFar, without_records
from qdlab.analysis.charging import reduce_charging
from qdlab.analysis.excitation import CrossSection, excitation_of, excitons_by
from qdlab.analysis.gain import Series, Threshold, find_thresholds
from qdlab.analysis.shots import reduce_shots, without_values
from qdlab.analysis.transient import (
    Chirp,
    camera_dark,
    saturation_counts,
    subtract_background,
    tidy_delays,
)
from qdlab.plan import Seen, Slot, Stream, TaPoint

SPECTRA = ("spectrometer_dark", "blank", "film", "held_absorption", "ta_dark", "time_zero", "pump")
"""The streams that are kept whole; of the map itself only what its shots were reduced to."""

NEUTRAL = "neutral film"
"""What the first potential tells of all others: sigma."""

LEARNT_FROM = {"dark": {"ta_dark"}, "chirp": {"time_zero"}, "held": {"held_absorption"}, NEUTRAL: {NEUTRAL}}
"""What is worked out once, and the streams whose records make it anew; all else is, by any record."""


class MapSoFar:
    """Takes in the records of a map as they come.

    Its thresholds are those of the functions that reduce the file, to the last digit.
    """

    def __init__(
        self, streams: Mapping[str, Stream], attributes: Mapping[str, Any], choices: Choices
    ) -> None:
        self._attributes = attributes
        self._choices = choices
        self._spectra = SoFar((streams[name] for name in SPECTRA), attributes)
        self._ta = streams["ta"]
        self._points = without_values(without_records(self._ta), choices)
        self._known: dict[str, Any] = {}

    def add(self, seen: Seen) -> None:
        """Take in what a step left."""
        self._spectra.add(seen)
        streams = {slot.stream if slot.index[:1] != (0,) else NEUTRAL for slot in seen}
        streams |= {slot.stream for slot in seen}
        for name in [name for name in self._known if LEARNT_FROM.get(name, streams) & streams]:
            del self._known[name]
        for slot, record in seen.items():
            if slot.stream == self._ta.name and isinstance(record, TaPoint):
                self._reduce(slot, record)

    def threshold(self, i: int) -> tuple[Threshold, Series]:
        """Return the threshold of the i-th potential and what it rests on, as the file would give them.

        MissingDataError as long as something it takes is not there.
        """
        found: tuple[Threshold, Series] = self._once(f"threshold {i}", lambda: self._threshold(i))
        return found

    def _threshold(self, i: int) -> tuple[Threshold, Series]:
        tree, cleared = self._measured(i)
        sigma = self.cross_section()
        excited = excitons_by(tree, cleared, sigma, Notes())
        gain = at_gain_delay(cleared, self._chirp(), self._choices).merge(excited)
        # The bootstrap of each potential has a seed of its own, by its place in the whole map.
        choices = replace(self._choices, bootstrap_seed=self._choices.bootstrap_seed + i)
        (found,) = find_thresholds(gain, self._held().isel(potential_v=[i]), sigma, choices)
        return found

    def cross_section(self) -> CrossSection:
        """Return sigma as far as it is known; MissingDataError if nothing was measured yet."""
        sigma: CrossSection = self._once(NEUTRAL, self._cross_section)
        return sigma

    def _cross_section(self) -> CrossSection:
        t0_ps = self._band_time_zero_ps()
        return excitation_of(*self._measured(0), t0_ps, self._choices, Notes()).cross_section

    def held(self, i: int) -> xr.Dataset:
        """Return level, n_1S and their errors of the film as it is held at the i-th potential."""
        return self._held().isel(potential_v=i)

    def first_power_error(self) -> float | None:
        """Return the relative standard error of the first pump power measured; None before that."""
        pump = self._spectra.tree()["pump"].to_dataset()
        relative = float((pump["power_error_w"] / pump["power_w"])[0, 0])
        return relative if np.isfinite(relative) else None

    def gain_weights(self, delays_ps: Sequence[float]) -> Floats:
        """Return the weight of each delay in the band's value at the gain delay, time zero being known."""
        wanted = self._choices.gain_delay_ps + self._band_time_zero_ps()
        places, rising = np.argsort(delays_ps, kind="stable"), np.sort(delays_ps)
        weights = np.zeros(len(delays_ps))
        for place, one in zip(places, np.eye(len(delays_ps)), strict=True):
            weights[place] = np.interp(wanted, rising, one)
        return weights

    def _measured(self, i: int) -> tuple[xr.DataTree, xr.Dataset]:
        """Return pump power and dA of the i-th potential, at the fluences and delays there are so far."""
        points = self._points.isel(potential_v=[i])
        taken = points["n_pairs"].isel(potential_v=0) > 0
        if not taken.any():
            raise MissingDataError("no threshold: no fluence was measured at this potential yet")
        fluences, delays = (np.flatnonzero(taken.any(dim)) for dim in ("delay_ps", "fluence_cm2"))
        tidy = tidy_delays(points.isel(fluence_cm2=fluences, delay_ps=delays))
        cleared = subtract_background(tidy, self._choices.background_before_ps)
        pump = self._spectra.tree()["pump"].to_dataset().isel(potential_v=[i], fluence_cm2=fluences)
        return xr.DataTree.from_dict({"/": xr.Dataset(attrs=dict(self._attributes)), "pump": pump}), cleared

    def _chirp(self) -> Chirp:
        chirp: Chirp = self._once("chirp", lambda: chirp_of(self._spectra.tree(), self._choices, None))
        return chirp

    def _band_time_zero_ps(self) -> float:
        t0_ps = time_zero_ps(self._chirp(), self._points)
        return band_time_zero_ps(self._points["wavelength_nm"].to_numpy(), t0_ps, self._choices)

    def _held(self) -> xr.Dataset:
        tree = self._spectra.tree
        held: xr.Dataset = self._once("held", lambda: reduce_charging(tree(), self._choices, Notes()).held)
        return held

    def _dark(self) -> Floats:
        return np.asarray(self._once("dark", lambda: camera_dark(self._spectra.tree())))

    def _once(self, name: str, work_out: Callable[[], Any]) -> Any:
        if name not in self._known:
            self._known[name] = work_out()
        return self._known[name]

    def _reduce(self, slot: Slot, point: TaPoint) -> None:
        """Reduce a point's shots, as the whole map's are, and put what comes of them in its place."""
        columns = {name: getattr(point, name)[np.newaxis] for name in ("shots", "pump_on", "sequence")}
        alone = xr.Dataset(
            {
                "shots": (("delay_ps", "shot", "wavelength_nm"), columns["shots"]),
                "pump_on": (("delay_ps", "shot"), columns["pump_on"]),
                "sequence": (("delay_ps", "shot"), columns["sequence"]),
                "done": ("delay_ps", [True]),
            },
            {"wavelength_nm": self._points["wavelength_nm"], "delay_ps": [0.0]},
        )
        reduced = reduce_shots(
            alone, self._dark()[slot.index[0]], self._choices, saturation_counts(self._attributes)
        )
        for name in reduced.data_vars:
            self._points[name].to_numpy()[slot.index] = reduced[name].to_numpy()[0]
