"""How thick the film is: absorbance to gain coefficient and back (physics.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from qdlab.analysis._missing import MissingDataError

NM_PER_CM = 1e7


@dataclass(frozen=True)
class Film:
    """Thickness of the film, and its error, which all gain coefficients share."""

    thickness_nm: float
    thickness_error_nm: float

    @property
    def relative_error(self) -> float:
        """Share of every gain coefficient that is uncertain with the thickness."""
        return self.thickness_error_nm / self.thickness_nm


def film_of(tree: xr.DataTree) -> Film:
    """Return the sample's film; MissingDataError if its thickness is not known."""
    sample = tree.attrs.get("sample") or {}
    thickness_nm = float(sample.get("thickness_nm", np.nan))
    if not np.isfinite(thickness_nm):
        raise MissingDataError("no gain coefficient: the file does not say how thick the film is")
    return Film(thickness_nm, float(np.nan_to_num(sample.get("thickness_error_nm", np.nan))))


def gain_of_absorbance(thickness_nm: float) -> float:
    """Return the gain coefficient in 1/cm of an A* of -1: g = -A* ln(10)/d."""
    return float(np.log(10.0)) * NM_PER_CM / thickness_nm


def absorbance_of_gain(gain_cm: float, thickness_nm: float) -> float:
    """Return -A* of a gain coefficient in 1/cm."""
    return gain_cm / gain_of_absorbance(thickness_nm)
