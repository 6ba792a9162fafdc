"""What a perfect analysis of the virtual laboratory would find."""

from __future__ import annotations

from typing import Any

from qdlab.physics import depth_factor, excitons_per_dot, gain_threshold
from simulators.world.cell import STATES
from simulators.world.optics import CHIRP_CENTRE_NM, CHIRP_SPAN_NM
from simulators.world.options import WorldOptions


def truth(options: WorldOptions) -> dict[str, Any]:
    """Return all options and what follows from them, as plain data.

    `chirp`: t0 = sum of coefficients_ps[k] u^k with u = (wavelength - centre_nm)/span_nm; `n_gain`: threshold
    by transition counting for some n_1s.
    """
    film, cell, pump, probe = options.film, options.cell, options.pump, options.probe
    full_n_x = excitons_per_dot(
        pump.full_fluence_cm2,
        film.cross_section_cm2,
        reflectance=film.reflectance,
        pump_absorbance=film.pump_absorbance,
    )
    return {
        "seed": options.seed,
        "options": options.model_dump(mode="json"),
        "sigma_cm2": film.cross_section_cm2,
        "depth_factor": float(depth_factor(film.pump_absorbance)),
        "n_x_at_full_fluence": float(full_n_x),
        "filling": {"v_half_v": cell.v_half_v, "width_v": cell.width_v, "g_e": STATES},
        "time_zero_mm": probe.time_zero_mm,
        "chirp": {
            "centre_nm": CHIRP_CENTRE_NM,
            "span_nm": CHIRP_SPAN_NM,
            "coefficients_ps": [probe.chirp_offset_ps, probe.chirp_linear_ps, probe.chirp_quadratic_ps],
        },
        "n_gain": {str(n_1s): float(gain_threshold(n_1s)) for n_1s in (0.0, 0.5, 1.0, 1.5, 1.9, 2.0)},
    }
