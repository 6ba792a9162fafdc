"""What the probe sees of the film, pumped and not, on one wavelength axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.physics import dopant_shares
from simulators.world.carriers import decay, excited_shares, most_excitons
from simulators.world.film import FilmSpectra
from simulators.world.optics import artefact, chirp_ps, rise
from simulators.world.options import WorldOptions

Spectrum = NDArray[np.float64]


class PumpProbe:
    """The film and the overlap of pump and probe, seen on one wavelength axis."""

    def __init__(self, options: WorldOptions, wavelengths_nm: Spectrum) -> None:
        self._film, self._pump, self._probe = options.film, options.pump, options.probe
        self._n_max = most_excitons(self._front_n_x(options.pump.full_fluence_cm2))
        self._chirp_ps = chirp_ps(wavelengths_nm, options.probe)
        self.spectra = FilmSpectra(options.film, wavelengths_nm, self._n_max)

    def absorbance(self, n_1s: float) -> Spectrum:
        """Return the film's absorbance with `n_1s` injected electrons per dot and no pump."""
        return np.asarray(dopant_shares(n_1s) @ self.spectra.dots[:, 0])

    def emission(self, n_1s: float) -> Spectrum:
        """Return the film's photoluminescence relative to the peak of the neutral film's."""
        return np.asarray(dopant_shares(n_1s) @ self.spectra.pl)

    def artefact(self, delay_ps: float, fluence_cm2: float) -> Spectrum:
        """Return the dA of the coherent artefact, which needs no film."""
        if self._pump.full_fluence_cm2 == 0.0:
            return np.zeros_like(self._chirp_ps)
        height = self._probe.artefact_absorbance * fluence_cm2 / self._pump.full_fluence_cm2
        return height * artefact(delay_ps - self._chirp_ps, self._probe.irf_ps)

    def transient(self, n_1s: float, delay_ps: float, fluence_cm2: float) -> Spectrum:
        """Return the extinction the pump adds to the film: absorption, and light lost by reflection.

        -log10((1 - R*)/(1 - R)) is the light that a changed reflectance costs (physics.md section 2).
        """
        absorbance, excitons = self._excited(n_1s, delay_ps, fluence_cm2)
        passing = 1.0 - self._film.probe_reflectance
        lost = -np.log1p(-self._more_reflected(excitons) / passing) / np.log(10.0)
        return np.asarray(absorbance - self.absorbance(n_1s) * self._risen(delay_ps) + lost)

    def transient_reflection(self, n_1s: float, delay_ps: float, fluence_cm2: float) -> Spectrum:
        """Return -log10(R*/R) of the probe reflected at the film's front."""
        _, excitons = self._excited(n_1s, delay_ps, fluence_cm2)
        change = self._more_reflected(excitons) / self._film.probe_reflectance
        return np.asarray(-np.log1p(change) / np.log(10.0))

    def _excited(self, n_1s: float, delay_ps: float, fluence_cm2: float) -> tuple[Spectrum, Spectrum]:
        """Return absorbance and excitons per dot of the pumped film, times its rise, at each pixel.

        Because of the chirp each pixel has its own time. The populations are followed exactly at the earliest
        and the latest of them and taken to change evenly in between (the chirp spans some 1 ps).
        """
        after_ps = np.clip(delay_ps - self._chirp_ps, 0.0, None)
        early_ps, late_ps = float(after_ps.min()), float(after_ps.max())
        early, late = (self._film_at(n_1s, at_ps, fluence_cm2) for at_ps in (early_ps, late_ps))
        lateness = (after_ps - early_ps) / (late_ps - early_ps) if late_ps > early_ps else 0.0 * after_ps
        risen = self._risen(delay_ps)
        absorbance = early[0] + lateness * (late[0] - early[0])
        excitons = early[1] + lateness * (late[1] - early[1])
        return risen * absorbance, risen * excitons

    def _film_at(self, n_1s: float, time_ps: float, fluence_cm2: float) -> tuple[Spectrum, float]:
        """Return absorbance and excitons per dot a time after the pulse, carriers at the band edge."""
        start = excited_shares(self._front_n_x(fluence_cm2), self._film.pump_absorbance, self._n_max)
        absorbance, excitons = np.zeros_like(self._chirp_ps), 0.0
        for injected, share in enumerate(dopant_shares(n_1s)):
            shares = share * self._decayed(start, time_ps, injected)
            absorbance += shares @ self.spectra.dots[injected]
            excitons += float(shares @ np.arange(self._n_max + 1))
        return absorbance, excitons

    def _risen(self, delay_ps: float) -> Spectrum:
        """Return how far the pumped film has come to be what it will be, 0 before time zero."""
        return rise(delay_ps - self._chirp_ps, self._film.rise_ps, self._probe.irf_ps)

    def _more_reflected(self, excitons: Spectrum) -> Spectrum:
        """Return R* - R."""
        return np.asarray(self._film.reflectance_change * excitons * self.spectra.edge)

    def _decayed(self, start: Spectrum, time_ps: float, injected: int) -> Spectrum:
        chance = decay(time_ps, injected, self._n_max, self._film.tau_xx_ps, self._film.tau_r_ps)
        return np.asarray(start @ chance)

    def _front_n_x(self, fluence_cm2: float) -> float:
        """Return the excitons per dot at the film's front."""
        return fluence_cm2 * (1.0 - self._film.reflectance) * self._film.cross_section_cm2
