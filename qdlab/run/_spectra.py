"""Actions with the fibre spectrometer: spectra, charging watched by absorbance, spectra along a sweep."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments import Staircase
from qdlab.plan import CyclePotential, HoldPotential, ReadSpectrum, Settle, Settling, Spectrum, Voltammogram
from qdlab.run._events import FilmLooked
from qdlab.run._session import Session
from qdlab.run._views import spectrum_seen
from qdlab.run.interlocks import SpectrumSeen

LAMP = frozenset({"lamp"})
EXCITATION = frozenset({"excitation"})


def read_spectrum(step: ReadSpectrum, session: Session) -> None:
    """Take the scans and hand them on."""
    session.set_light(step.light)
    record = _taken(session, step.n_scans, step.integration_s)
    film_v = _film_v(session, record.measured_potential_v)
    session.watch(spectrum_seen(record, step, session.plan, session.asked.sample, film_v))
    session.emit(step.slot, record)


def _film_v(session: Session, measured_v: float) -> float:
    """Return the potential of the film: held, or, with the cell off, what it floats at; NaN if unknown."""
    if math.isnan(measured_v) and session.asked.sample == "film" and session.bench.has("potentiostat"):
        return session.bench.potentiostat.open_circuit_potential_v()
    return measured_v


def _taken(session: Session, n_scans: int, integration_s: float) -> Spectrum:
    spectrometer = session.bench.spectrometer
    spectrometer.set_integration(integration_s)
    potential_v, current_a = session.cell()
    block = spectrometer.read(n_scans)
    return Spectrum(block.time_s, potential_v, current_a, block.counts)


def _look(session: Session, n_scans: int, integration_s: float) -> Spectrum:
    """Take a spectrum of a film that changes meanwhile."""
    record, asked = _taken(session, n_scans, integration_s), session.asked
    session.watch(SpectrumSeen(record.counts, integration_s, asked.light, asked.sample, at_rest=False))
    return record


@dataclass
class _Watch:
    """The looks taken while a film charges, and whether they have come to rest."""

    settle: Settle
    wavelengths_nm: NDArray[np.float64]
    time_s: list[float] = field(default_factory=list)
    current_a: list[float] = field(default_factory=list)
    level: list[float] = field(default_factory=list)

    def look(self, time_s: float, spectrum: Spectrum) -> None:
        """Add one look: -log10 of the light in the band over that in the quiet window."""
        counts = spectrum.counts.mean(axis=0)
        self.time_s.append(time_s)
        self.current_a.append(spectrum.current_a)
        self.level.append(-np.log10(self._light(counts, "band") / self._light(counts, "quiet")))

    def _light(self, counts: NDArray[np.float64], which: str) -> float:
        low_nm, high_nm = self.settle.band_nm if which == "band" else self.settle.quiet_nm
        inside = (self.wavelengths_nm >= low_nm) & (self.wavelengths_nm <= high_nm)
        return max(float(counts[inside].mean()), 1.0)

    @property
    def elapsed_s(self) -> float:
        """Time from the first to the last look."""
        return self.time_s[-1] - self.time_s[0]

    @property
    def settled(self) -> bool:
        """Whether a line through the last looks is flat within the tolerance."""
        n = self.settle.window
        if len(self.level) < n or self.elapsed_s < self.settle.minimum_s:
            return False
        slope_per_s = np.polyfit(self.time_s[-n:], self.level[-n:], 1)[0]
        return bool(abs(slope_per_s) * (self.time_s[-1] - self.time_s[-n]) < self.settle.tolerance)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.settled or len(self.level) >= self.settle.max_looks

    def record(self) -> Settling:
        """Return the looks as a record, padded with NaN."""
        padding = [np.nan] * (self.settle.max_looks - len(self.level))
        level = np.array(self.level + padding)
        return Settling(self.settled, np.array(self.time_s + padding), np.array(self.current_a + padding),
                        level - level[0])  # fmt: skip


def hold_potential(step: HoldPotential, session: Session) -> None:
    """Apply the potential and watch the film until its absorbance stands still."""
    bench, settle = session.bench, step.settle
    bench.potentiostat.hold(step.potential_v)
    bench.potentiostat.set_cell(on=True)
    session.asked.potential_v = step.potential_v
    session.set_light(LAMP)
    watch = _Watch(settle, bench.spectrometer.wavelengths_nm)
    start_s = session.clock.now_s
    while not watch.level or not watch.over:
        session.wait_until(start_s + len(watch.level) * settle.look_s)
        time_s = session.clock.now_s
        spectrum = _look(session, settle.n_scans, settle.integration_s)
        watch.look(time_s, spectrum)
        absorbance = watch.level[-1] - watch.level[0]
        session.tell(FilmLooked(time_s, spectrum.measured_potential_v, spectrum.current_a, absorbance))
    session.emit(step.slot, watch.record())


def staircase(step: CyclePotential) -> Staircase:
    """Return the potentials of all cycles, one for each step; the last one is the start again."""
    half = np.linspace(step.start_v, step.vertex_v, step.steps_per_half + 1)
    cycle = [*half[1:], *half[-2::-1]]
    return Staircase(tuple(float(v) for v in cycle * step.n_cycles), step.step_s)


def cycle_potential(step: CyclePotential, session: Session) -> None:
    """Sweep the potential and take an absorption and a PL spectrum every few steps of it."""
    bench, plan = session.bench, session.plan
    absorption, pl = plan.stream(step.absorption_stream), plan.stream(step.pl_stream)
    bench.potentiostat.hold(step.start_v)
    bench.potentiostat.set_cell(on=True)
    session.asked.potential_v = None
    sweep = staircase(step)
    bench.potentiostat.start_sweep(sweep)
    start_s = session.clock.now_s  # some take a second until their first step, and return then
    for index in range(step.n_spectra):
        session.wait_until(start_s + index * step.spectrum_every * step.step_s)
        for light, stream in ((LAMP, absorption), (EXCITATION, pl)):
            session.set_light(light)
            session.emit(stream.slot(index), _look(session, step.n_scans, step.integration_s))
    session.wait_until(start_s + sweep.duration_s)
    _await_sweep(session, timeout_s=10.0)
    session.asked.potential_v = step.start_v
    trace = bench.potentiostat.read_sweep()
    session.emit(step.slot, Voltammogram(trace.time_s, trace.potential_v, trace.current_a))


def _await_sweep(session: Session, timeout_s: float) -> None:
    """Wait for an instrument whose own clock is a little slower than ours."""
    potentiostat, end_s = session.bench.potentiostat, session.clock.now_s + timeout_s
    while potentiostat.sweeping:
        if session.clock.now_s > end_s:
            raise InstrumentTimeoutError(
                f"{potentiostat.name}: the sweep still runs {timeout_s:g} s after its planned end"
            )
        session.wait_until(session.clock.now_s + 0.05)
