"""What the attenuator really lets through: power behind the pinhole over its setting -> fluence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError, stream
from qdlab.plan import PumpBeam


@dataclass(frozen=True)
class PumpCalibration:
    """The fluence at full transmission, and the real transmission of every setting.

    `believed_cm2` is the `full_fluence_cm2` of the bench the run was made on. `settings` over
    `transmission_asked`: `transmission` as the attenuator reads back, `fluence_cm2` and `real_transmission`
    by the power, with standard errors.
    """

    full_fluence_cm2: float
    error_cm2: float
    believed_cm2: float
    settings: xr.Dataset

    @property
    def worst(self) -> float:
        """The largest relative difference between a setting and what passes, where it is beyond its error."""
        real, error = (self.settings[name].to_numpy() for name in ("real_transmission", "real_error"))
        off = np.abs(real / self.settings["transmission"].to_numpy() - 1.0)
        seen = off > 3.0 * error / real
        return float(off[seen].max()) if seen.any() else 0.0

    def __str__(self) -> str:
        return (
            f"[pump_beam] full_fluence_cm2 = {self.full_fluence_cm2:.4g} (± {self.error_cm2:.1g}) in the "
            f"bench file, instead of {self.believed_cm2:.4g}; {self._settings_in_words()}"
        )

    def _settings_in_words(self) -> str:
        if self.worst == 0.0:
            return "every setting of the attenuator lets through what it should, within the errors"
        return f"the attenuator's settings are off by up to {self.worst:.1%}: see the table in results.json"


def reduce_pump_calibration(tree: xr.DataTree) -> PumpCalibration:
    """Return the calibration by its highest setting; MissingDataError if the file has none."""
    measured = stream(tree, "calibration", "pump calibration")
    about = (tree.attrs.get("lab") or {}).get("pump_beam")
    if about is None:
        raise MissingDataError("no pump calibration: the file does not describe the pump beam")
    beam, known = PumpBeam(**about), measured["done"].to_numpy().astype(bool)
    per_watt = beam.fluence_cm2(1.0)
    setting, power_w, error_w = (
        measured[name].to_numpy()[known] for name in ("transmission", "power_w", "power_error_w")
    )
    highest = int(np.argmax(setting))
    full_w, full_error_w = power_w[highest] / setting[highest], error_w[highest] / setting[highest]
    real_error = np.hypot(error_w, power_w * full_error_w / full_w) / full_w
    of_settings = {
        "transmission": (setting, "", "the attenuator's setting read back"),
        "fluence_cm2": (per_watt * power_w, "cm^-2", "photons by the power measured"),
        "fluence_error_cm2": (per_watt * error_w, "cm^-2", "its standard error"),
        "real_transmission": (power_w / full_w, "", "share of the full fluence"),
        "real_error": (real_error, "", "its standard error"),
    }
    settings = xr.Dataset(
        {
            name: ("transmission_asked", values, {"units": unit, "long_name": meaning})
            for name, (values, unit, meaning) in of_settings.items()
        },
        {"transmission_asked": measured["transmission_asked"].to_numpy()[known]},
    )
    full_cm2, full_error_cm2 = float(per_watt * full_w), float(per_watt * full_error_w)
    return PumpCalibration(full_cm2, full_error_cm2, beam.full_fluence_cm2, settings)
