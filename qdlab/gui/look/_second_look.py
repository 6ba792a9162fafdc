"""The second look: a thread of its own in which records become what a window draws.

The run's threads hand records over and go on; the window takes what was made of them. If this thread falls
behind, it lags; it delays nothing.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from qdlab.analysis import Choices
from qdlab.gui.look._film import FilmLook
from qdlab.gui.look._places import Places
from qdlab.gui.look._pump_probe import REFLECTED, PumpProbeLook
from qdlab.gui.look._seen import Seen
from qdlab.gui.look._single import charging_view, point_view
from qdlab.gui.look._views import A_STAR, ChargingView, Floats, MapView, ThresholdsView
from qdlab.gui.look._zero_scan import ZeroScan
from qdlab.plan import (
    Chosen,
    DelayScan,
    Lab,
    Plan,
    PumpPower,
    Record,
    Settling,
    Slot,
    Spectrum,
    TaPoint,
    Voltammogram,
)
from qdlab.run import FilmLooked

log = logging.getLogger(__name__)

TIME_ZERO = "time_zero"
DELAY = "delay_ps"

FILM, PUMPED = "film", "pumped"
"""The two halves of what is seen; a half that has not changed is not made again."""


@dataclass(frozen=True)
class _Light:
    """A record without its shots: nothing here grows with the length of a run."""

    slot: Slot
    record: Record | None
    counts: Floats | None = None
    delta_a: Floats | None = None
    error: Floats | None = None


class SecondLook:
    """Sees the records of one run; `seen()` is what was made of them."""

    def __init__(self, plan: Plan, lab: Lab, recipe: Mapping[str, Any]) -> None:
        choices = Choices.for_run({"sample": asdict(plan.sample), "recipe": recipe})
        self._plan, self._lab, self._lines_nm = plan, lab, choices.fit_nm
        self.film = FilmLook(np.array(lab.spectrometer_nm), choices, lab.spectrometer_saturation_counts)
        self.places = Places()
        self.pumped = PumpProbeLook(lab, plan.sample, choices, self.places)
        self.reflected = PumpProbeLook(lab, plan.sample, choices, self.places)
        self._mapped = self.pumped
        self._zero_scan = ZeroScan(self.pumped.wavelengths_nm, choices)
        self._charging: ChargingView | None = None
        self._point: TaPoint | None = None
        self._drawn: TaPoint | None = None
        self._seen = Seen(thresholds=self._thresholds())
        self._stale: set[str] = set()
        self._looks: list[tuple[float, float, float]] = []
        self._charging_where = ""
        self._problem = ""
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Light | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="qdlab-second-look")
        self._thread.start()

    def see(self, slot: Slot, record: Record) -> None:
        """Hand a record over; returns at once and never raises."""
        match record:
            case TaPoint():
                self._point = record
                self._queue.put(_Light(slot, None, delta_a=record.delta_a, error=record.delta_a_error))
            case Spectrum():
                self._queue.put(_Light(slot, _without_counts(record), counts=record.counts.mean(axis=0)))
            case Chosen() | DelayScan() | PumpPower() | Settling() | Voltammogram():
                self._queue.put(_Light(slot, record))

    def begin_charging(self, where: str) -> None:
        """Begin to follow a film that charges."""
        self._looks, self._charging_where = [], where

    def see_look(self, look: FilmLooked) -> None:
        """Take one look at the film that charges."""
        looks = [*self._looks, (look.time_s, look.absorbance, look.current_a)]
        time_s, absorbance, current_a = np.array(looks, dtype=float).T
        with self._lock:
            self._looks = looks
            self._charging = ChargingView(time_s - time_s[0], absorbance, current_a, self._charging_where)
            self._stale.add(FILM)

    def close(self) -> None:
        """Make something of what is left, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def seen(self) -> Seen:
        """Return what can be drawn now; the same object while nothing has changed."""
        with self._lock:
            stale, self._stale = self._stale, set()
            changes: dict[str, Any] = {}
            if FILM in stale:
                changes |= self._film_parts()
            if PUMPED in stale or (FILM in stale and self._seen.map is not None):
                changes |= self._pumped_parts()
        if (point := self._point) is not None and point is not self._drawn:
            self._drawn = point
            changes["point"] = point_view(point, self._lab)
        if changes:
            self._seen = replace(self._seen, **changes)
        return self._seen

    def _film_parts(self) -> dict[str, Any]:
        film = self.film
        return {
            "cv": film.cv(),
            "charging": self._charging,
            "spectra": film.spectra(),
            "pl": film.pl(),
            "n_1s": film.n_1s,
            "n_1s_error": film.n_1s_error,
            "held_v": None if film.held is None else film.held.potential_v,
            "problem": self._problem or film.problem,
        }

    def _pumped_parts(self) -> dict[str, Any]:
        return {
            "map": self._mapped.map(),
            "a_star": self._a_star(self.pumped.map()),
            "series": self.pumped.series(),
            "thresholds": self._thresholds(),
        }

    def _thresholds(self) -> ThresholdsView:
        """Return those so far; before the first, the curve they are expected on."""
        return self.pumped.thresholds("this run, first look")

    def _work(self) -> None:
        while (light := self._queue.get()) is not None:
            try:
                with self._lock:
                    self._take(light)
                if light.slot.stream == TIME_ZERO and light.delta_a is not None:
                    self._look_for_chirp()
            except Exception as error:  # the run goes on, whatever its view comes to
                log.exception("a record could not be looked at")
                self._problem = f"the live view had an error: {type(error).__name__}: {error}"
                self._stale.add(FILM)

    def _take(self, light: _Light) -> None:
        slot, record = light.slot, light.record
        self._stale.add(PUMPED if record is None or isinstance(record, DelayScan) else FILM)
        match record:
            case Spectrum():
                assert light.counts is not None
                potential_v, current_a = record.measured_potential_v, record.current_a
                self.film.see(slot.stream, light.counts, potential_v, current_a)
            case Voltammogram():
                self.film.see_cv(record)
            case Settling():
                where = self.places.in_words(self._plan.stream(slot.stream), slot.index)
                self._charging = charging_view(record, where)
            case Chosen(value=value):
                self.places.choose(slot, value)
            case PumpPower():
                for look in (self.pumped, self.reflected):
                    look.see_power(slot, record)
            case DelayScan(delta_a=da):
                stream = self._plan.stream(slot.stream)
                self.pumped.see_scan(stream, slot, da, self.film.held)
            case None:
                self._take_point(light)

    def _take_point(self, light: _Light) -> None:
        stream = self._plan.stream(light.slot.stream)
        assert light.delta_a is not None
        assert light.error is not None
        if stream.axes and stream.axes[-1].name == DELAY:
            is_reflected = light.slot.stream == REFLECTED
            self._mapped = self.reflected if is_reflected else self.pumped
            held = None if is_reflected else self.film.held  # gain is a matter of what is transmitted
            self._mapped.see(stream, light.slot, light.delta_a, light.error, held)
        elif light.slot.stream == TIME_ZERO:
            self._zero_scan.add(light.slot.index[-1], light.delta_a)

    def _look_for_chirp(self) -> None:
        """Find time zero once the scan about it is whole; nobody waits for that."""
        (axis,) = self._plan.stream(TIME_ZERO).axes
        if self._zero_scan.is_whole(axis):
            t0_ps = self._zero_scan.t0_ps(axis)
            with self._lock:
                self.pumped.t0_ps = self.reflected.t0_ps = t0_ps
                self._stale.add(PUMPED)

    def _a_star(self, delay_map: MapView | None) -> MapView | None:
        level = None if delay_map is None else self.film.level_at(delay_map.wavelengths_nm)
        if delay_map is None or level is None:
            return None
        a_star = delay_map.values + level.astype(np.float32)
        return replace(delay_map, values=a_star, quantity=A_STAR, telling_nm=self._lines_nm)


def _without_counts(spectrum: Spectrum) -> Spectrum:
    none = np.empty((0, 0), dtype=np.uint16)
    return Spectrum(spectrum.time_s[:1], spectrum.measured_potential_v, spectrum.current_a, none)
