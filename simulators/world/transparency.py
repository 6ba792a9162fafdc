"""Where the virtual film itself turns transparent: the threshold that an analysis should find."""

from __future__ import annotations

import numpy as np

from qdlab.physics import excitons_per_dot
from simulators.world.options import WorldOptions
from simulators.world.pump_probe import PumpProbe


def true_threshold(
    options: WorldOptions, n_1s: float, band_nm: tuple[float, float] = (606.0, 630.0), delay_ps: float = 5.0
) -> float:
    """Return the excitons per dot at which the band of the noise-free film is transparent.

    0 if it is so without pump. It lies within 1 % of transition counting, but has depth, line shapes and
    recombination until `delay_ps` in it.
    """
    from scipy.optimize import brentq

    wavelengths_nm = np.linspace(480.0, 700.0, 1024)
    band = (wavelengths_nm >= band_nm[0]) & (wavelengths_nm <= band_nm[1])
    film, view = options.film, PumpProbe(options, wavelengths_nm)
    about = {"reflectance": film.reflectance, "pump_absorbance": film.pump_absorbance}
    per_photon = float(excitons_per_dot(1.0, film.cross_section_cm2, **about))

    def absorption(n_x: float) -> float:
        excited = view.absorbance(n_1s) + view.transient(n_1s, delay_ps, n_x / per_photon)
        return float(excited[band].mean())

    return float(brentq(absorption, 1e-6, 5.0)) if absorption(1e-6) > 0.0 else 0.0
